package io.certferry.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The same deployment for one machine ({@code deploy/compose}), as far as it shows unstarted. */
class ComposeTest {

  private static final Path FOLDER = Path.of("../deploy/compose");
  private static Path copy;

  /** As an operator would: in a copy, so that nothing is left here. */
  @BeforeAll
  static void prepare(@TempDir Path directory) throws IOException {
    copy = directory;
    for (String folder : List.of("compose", "monitoring")) {
      Path source = FOLDER.resolveSibling(folder);
      if (Files.exists(source)) {
        copy(source, copy.resolve("deploy").resolve(folder));
      }
    }
    run("./prepare");
  }

  @Test
  void everythingThatIsMountedIsThere() throws IOException {
    // Given
    Set<String> named =
        services().values().stream()
            .flatMap(service -> strings(service, "volumes").stream())
            .map(volume -> volume.substring(0, volume.indexOf(':')))
            .collect(Collectors.toCollection(TreeSet::new));

    // Then
    assertThat(named.stream().filter(source -> source.startsWith(".")))
        .isNotEmpty()
        .allMatch(source -> Files.exists(compose().resolve(source)));
    assertThat(map(document().get("volumes")).keySet())
        .containsExactlyInAnyOrderElementsOf(
            named.stream().filter(source -> !source.startsWith(".")).toList());
  }

  @Test
  void aServiceHasFewRightsAndALimit() throws IOException {
    // Then
    assertThat(services()).containsKeys(Overlay.SERVICES.toArray(String[]::new));
    assertThat(Overlay.SERVICES)
        .allSatisfy(
            name -> {
              Map<String, Object> service = service(name);
              assertThat(service)
                  .containsEntry("read_only", true)
                  .containsKeys("mem_limit", "user");
              assertThat(strings(service, "cap_drop")).containsExactly("ALL");
            });
  }

  @Test
  void aServiceSeesOnlyTheKeysThatItsConfigurationNames() throws IOException {
    for (String name : Overlay.SERVICES) {
      // Given
      String configuration =
          Files.readString(compose().resolve("config").resolve(name + ".properties"));

      // Then
      assertThat(
              strings(service(name), "volumes").stream()
                  .filter(volume -> volume.contains("/keys/"))
                  .map(volume -> volume.split(":")[1]))
          .as(name)
          .isNotEmpty()
          .allMatch(configuration::contains);
    }
  }

  @Test
  void theTopicsAreThoseOfTheCluster() throws IOException {
    // Given
    Overlay.all();

    // Then
    assertThat(
            Files.readAllLines(compose().resolve("topics.txt")).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split(" ")[0]))
        .containsExactlyInAnyOrderElementsOf(
            Overlay.named("small").of("KafkaTopic").map(Overlay::nameOf).toList());
  }

  @Test
  void aTokenIsOneThatTheServicesTake() throws Exception {
    // Given
    String jwks = Files.readString(compose().resolve("run/keys/jwks.json"));
    String configuration = Files.readString(compose().resolve("config/profile-service.properties"));

    // When
    JwtClaims claims =
        new JwtConsumerBuilder()
            .setExpectedAudience("certferry")
            .setRequireExpirationTime()
            .setVerificationKeyResolver(
                new JwksVerificationKeyResolver(new JsonWebKeySet(jwks).getJsonWebKeys()))
            .build()
            .processToClaims(run("./token", "mdm").strip());

    // Then
    assertThat(configuration).contains("mp.jwt.verify.issuer=" + claims.getIssuer());
    assertThat(claims.getStringListClaimValue("groups")).containsExactly("mdm");
    assertThat(claims.getStringClaimValue("tenant")).isEqualTo("default");
  }

  private static Path compose() {
    return copy.resolve("deploy/compose");
  }

  private static Map<String, Map<String, Object>> services() {
    return map(document().get("services")).entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> map(entry.getValue())));
  }

  private static Map<String, Object> document() {
    try {
      return map(
          new Yaml(new SafeConstructor(new LoaderOptions()))
              .load(Files.readString(compose().resolve("compose.yaml"))));
    } catch (IOException e) {
      throw new IllegalStateException("cannot read compose.yaml", e);
    }
  }

  private static Map<String, Object> service(String name) {
    return Objects.requireNonNull(services().get(name), name);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(@Nullable Object value) {
    return (Map<String, Object>) Objects.requireNonNull(value);
  }

  private static List<String> strings(Map<String, Object> service, String member) {
    return service.get(member) instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : List.of();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private static String run(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .directory(compose().toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return output;
  }
}
