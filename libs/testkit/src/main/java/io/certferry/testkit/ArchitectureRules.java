package io.certferry.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The house rules that a compiler cannot check, for the main classes of one module. */
public final class ArchitectureRules {

  private static final Set<String> HTTP_METHODS =
      Set.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS");
  private static final String METERS = "io.micrometer.core.instrument";
  private static final Set<String> REGISTERING =
      Set.of("builder", "counter", "gauge", "timer", "summary");
  private static final String UNWANTED_NAMES = ".*(Impl|Manager|Helper|Utils?|Common)";

  private final String rootPackage;
  private final JavaClasses classes;

  private ArchitectureRules(String rootPackage, JavaClasses classes) {
    this.rootPackage = rootPackage;
    this.classes = classes;
  }

  /** The rules for what lies under a package, tests left out. */
  public static ArchitectureRules of(String rootPackage) {
    return new ArchitectureRules(
        rootPackage,
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(rootPackage));
  }

  /** For the tests of the rules: the given classes, as if they were all there is. */
  static ArchitectureRules of(String rootPackage, Class<?>... classes) {
    return new ArchitectureRules(rootPackage, new ClassFileImporter().importClasses(classes));
  }

  /**
   * Checks every rule.
   *
   * @throws AssertionError that tells every broken rule, or that there was no class to check
   */
  public void check() {
    if (classes.isEmpty()) {
      throw new AssertionError("no classes under " + rootPackage);
    }
    String broken =
        rules().stream()
            .map(rule -> rule.allowEmptyShould(true).evaluate(classes))
            .filter(result -> result.hasViolation())
            .map(result -> result.getFailureReport().toString())
            .collect(Collectors.joining("\n"));
    if (!broken.isEmpty()) {
      throw new AssertionError(broken);
    }
  }

  private List<ArchRule> rules() {
    return List.of(
        bouncyCastleHasItsPlace(),
        featuresHaveNoCycles(),
        nothingIsInjectedIntoFields(),
        namesSayWhatThingsAre(),
        everyResourceMethodSaysWhoMayCallIt(),
        everyPackageIsNullMarked(),
        timeComesFromAnInstantSource(),
        randomnessIsSecure(),
        metricsAreOfTheCatalogue());
  }

  private static ArchRule bouncyCastleHasItsPlace() {
    return noClasses()
        .that()
        .resideOutsideOfPackages("io.certferry.pki..", "io.certferry.gateway.driver..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bouncycastle..")
        .because("pki and the protocol drivers are the only places with Bouncy Castle");
  }

  private ArchRule featuresHaveNoCycles() {
    return slices()
        .matching(rootPackage + ".(*)..")
        .should()
        .beFreeOfCycles()
        .as("feature packages have no cycles");
  }

  private static ArchRule nothingIsInjectedIntoFields() {
    return noFields()
        .should()
        .beAnnotatedWith("jakarta.inject.Inject")
        .orShould()
        .beAnnotatedWith("org.eclipse.microprofile.config.inject.ConfigProperty")
        .because("dependencies come through the constructor");
  }

  private static ArchRule namesSayWhatThingsAre() {
    return noClasses()
        .should()
        .haveSimpleNameStartingWith("Abstract")
        .orShould(haveSimpleNameMatching(UNWANTED_NAMES))
        .because("classes are named for what they are");
  }

  private static ArchCondition<JavaClass> haveSimpleNameMatching(String pattern) {
    return new ArchCondition<>("have a simple name like " + pattern) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean matches = type.getSimpleName().matches(pattern);
        events.add(new SimpleConditionEvent(type, matches, type.getName()));
      }
    };
  }

  private static ArchRule everyResourceMethodSaysWhoMayCallIt() {
    return methods()
        .that(areHttpMethods())
        .should(sayWhoMayCall())
        .because("an endpoint without a role is open to all or to none by accident");
  }

  private static DescribedPredicate<JavaMethod> areHttpMethods() {
    return DescribedPredicate.describe(
        "are HTTP methods",
        method ->
            method.getAnnotations().stream()
                .map(annotation -> annotation.getRawType())
                .anyMatch(
                    type ->
                        type.getPackageName().equals("jakarta.ws.rs")
                            && HTTP_METHODS.contains(type.getSimpleName())));
  }

  private static ArchCondition<JavaMethod> sayWhoMayCall() {
    return new ArchCondition<>("carry @RolesAllowed or @PermitAll") {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        boolean says =
            method.isAnnotatedWith("jakarta.annotation.security.RolesAllowed")
                || method.isAnnotatedWith("jakarta.annotation.security.PermitAll")
                || method.getOwner().isAnnotatedWith("jakarta.annotation.security.RolesAllowed")
                || method.getOwner().isAnnotatedWith("jakarta.annotation.security.PermitAll");
        events.add(new SimpleConditionEvent(method, says, method.getFullName()));
      }
    };
  }

  private static ArchRule everyPackageIsNullMarked() {
    return classes()
        .should(
            new ArchCondition<>("be in a package with @NullMarked in its package-info") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                boolean marked =
                    type.getPackage().isAnnotatedWith("org.jspecify.annotations.NullMarked");
                events.add(new SimpleConditionEvent(type, marked, type.getPackageName()));
              }
            });
  }

  private static ArchRule timeComesFromAnInstantSource() {
    return noClasses()
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "reads the machine's wall clock",
                call ->
                    WallClock.reads(
                        call.getTargetOwner().getName(),
                        call.getTarget().getName(),
                        call.getTarget().getRawParameterTypes().size())))
        .because("time is injected as java.time.InstantSource");
  }

  private static ArchRule metricsAreOfTheCatalogue() {
    return noClasses()
        .that()
        .doNotHaveFullyQualifiedName("io.certferry.messaging.Meters")
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "registers a meter by a name of its own",
                call ->
                    call.getTargetOwner().getPackageName().startsWith(METERS)
                        && REGISTERING.contains(call.getTarget().getName())))
        .because("metrics are named in io.certferry.contracts.metric and registered by Meters");
  }

  private static ArchRule randomnessIsSecure() {
    return noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.Random")
        .orShould()
        .callMethod(Math.class, "random")
        .because("randomness is for secrets: SecureRandom");
  }
}
