package io.certferry.pki;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.stream.Stream;

@AnalyzeClasses(packages = "io.certferry.pki", importOptions = ImportOption.DoNotIncludeTests.class)
class PublicSurfaceTest {
  private static final String BOUNCY_CASTLE = "org.bouncycastle";

  @ArchTest
  static final ArchRule noBouncyCastleTypeLeavesThePackage =
      classes().that(areReachable()).should(showNoBouncyCastle());

  @ArchTest
  static final ArchRule dependsOnBouncyCastleAndTheJdkOnly =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages(
              "io.certferry.pki..",
              "java..",
              "javax.crypto..",
              "javax.security..",
              BOUNCY_CASTLE + "..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule usesNoWeakRandomness =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.util.Random")
          .orShould()
          .callMethod(Math.class, "random")
          .orShould()
          .callConstructor(SecureRandom.class, byte[].class);

  @ArchTest
  static final ArchRule readsNoClock =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");

  @ArchTest
  static final ArchRule opensNoUrl =
      noClasses().should().dependOnClassesThat().haveFullyQualifiedName("java.net.URLConnection");

  private static DescribedPredicate<JavaClass> areReachable() {
    return DescribedPredicate.describe(
        "are public", type -> type.getModifiers().contains(JavaModifier.PUBLIC));
  }

  private static ArchCondition<JavaClass> showNoBouncyCastle() {
    return new ArchCondition<>("show no Bouncy Castle type in a public or protected signature") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        type.getMembers().stream()
            .filter(PublicSurfaceTest::isVisible)
            .filter(member -> signature(member).anyMatch(PublicSurfaceTest::isBouncyCastle))
            .forEach(
                member ->
                    events.add(SimpleConditionEvent.violated(member, member.getDescription())));
      }
    };
  }

  private static boolean isVisible(JavaMember member) {
    return member.getModifiers().contains(JavaModifier.PUBLIC)
        || member.getModifiers().contains(JavaModifier.PROTECTED);
  }

  private static Stream<JavaClass> signature(JavaMember member) {
    if (member instanceof JavaCodeUnit code) {
      return Stream.concat(
          code.getReturnType().getAllInvolvedRawTypes().stream(),
          code.getParameterTypes().stream()
              .flatMap(type -> type.getAllInvolvedRawTypes().stream()));
    }
    return ((JavaField) member).getType().getAllInvolvedRawTypes().stream();
  }

  private static boolean isBouncyCastle(JavaClass type) {
    return type.getBaseComponentType().getPackageName().startsWith(BOUNCY_CASTLE);
  }
}
