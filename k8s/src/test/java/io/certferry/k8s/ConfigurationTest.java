package io.certferry.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No property is made up, and none holds a secret. */
class ConfigurationTest {

  private static final Pattern MAPPING =
      Pattern.compile("@ConfigMapping\\(\\s*prefix = \"(certferry[a-z.-]+)\"");

  static Stream<Overlay> overlays() throws IOException {
    return Overlay.all();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void everyPropertyOfOursBelongsToAConfigurationOfTheServices(Overlay overlay) throws IOException {
    // Given
    Set<String> prefixes = prefixes();

    // Then
    assertThat(propertyNames(overlay).filter(name -> name.startsWith("certferry.")))
        .isNotEmpty()
        .allMatch(name -> prefixes.stream().anyMatch(prefix -> name.startsWith(prefix + ".")));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void noPropertyHoldsAPassword(Overlay overlay) {
    // Then
    assertThat(propertyNames(overlay)).noneMatch(name -> name.matches(".*[.-](password|secret)"));
  }

  /** Which of two files wins is not defined. */
  @ParameterizedTest
  @MethodSource("overlays")
  void noPropertyStandsInTwoFilesOfAPod(Overlay overlay) {
    // Then
    assertThat(overlay.workloads())
        .allSatisfy(
            workload ->
                assertThat(
                        Overlay.elements(workload.at("/spec/template/spec/volumes"))
                            .map(volume -> volume.at("/configMap/name").asText())
                            .flatMap(map -> propertyNames(overlay, map)))
                    .isNotEmpty()
                    .doesNotHaveDuplicates());
  }

  private static Stream<String> propertyNames(Overlay overlay) {
    return overlay.of("ConfigMap").flatMap(ConfigurationTest::namesIn);
  }

  private static Stream<String> propertyNames(Overlay overlay, String map) {
    return overlay
        .of("ConfigMap")
        .filter(found -> Overlay.nameOf(found).equals(map))
        .flatMap(ConfigurationTest::namesIn);
  }

  private static Stream<String> namesIn(JsonNode map) {
    return map.path("data").properties().stream()
        .filter(entry -> entry.getKey().endsWith(".properties"))
        .flatMap(entry -> names(entry.getValue().asText()).stream());
  }

  private static Set<String> names(String text) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return properties.stringPropertyNames();
  }

  private static Set<String> prefixes() throws IOException {
    Set<String> prefixes = new TreeSet<>();
    for (String module :
        Stream.concat(Overlay.SERVICES.stream(), Stream.of("libs/messaging", "libs/edge"))
            .toList()) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          prefixes.addAll(
              MAPPING
                  .matcher(Files.readString(file))
                  .results()
                  .map((MatchResult found) -> found.group(1))
                  .collect(Collectors.toSet()));
        }
      }
    }
    return prefixes;
  }
}
