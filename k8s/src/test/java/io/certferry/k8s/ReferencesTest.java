package io.certferry.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a pod mounts or reads is made by the overlay, by an operator, or named in README. */
class ReferencesTest {

  static Stream<Overlay> overlays() throws IOException {
    return Overlay.all();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void everySecretIsMadeHereOrIsInTheListOfWhatOneBrings(Overlay overlay) {
    // Given
    Set<String> there = made(overlay);

    // Then
    assertThat(references(overlay, "secretName", "secretKeyRef", "passwordSecret"))
        .isNotEmpty()
        .allMatch(name -> there.contains(name) || brought(name));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void everyConfigMapIsMadeHereOrIsInTheListOfWhatOneBrings(Overlay overlay) {
    // Given
    Set<String> there = names(overlay.of("ConfigMap"), Overlay::nameOf);

    // Then
    assertThat(references(overlay, "configMap", "configMapKeyRef"))
        .isNotEmpty()
        .allMatch(name -> there.contains(name) || brought(name));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void everyClaimIsThere(Overlay overlay) {
    // Then
    assertThat(references(overlay, "persistentVolumeClaim"))
        .isEqualTo(names(overlay.of("PersistentVolumeClaim"), Overlay::nameOf));
  }

  /** Secrets that an object of the overlay brings about. */
  private static Set<String> made(Overlay overlay) {
    Set<String> secrets = names(overlay.of("Secret", "KafkaUser"), Overlay::nameOf);
    secrets.addAll(
        names(overlay.of("Certificate"), object -> object.at("/spec/secretName").asText()));
    secrets.addAll(
        names(overlay.of("ExternalSecret"), object -> object.at("/spec/target/name").asText()));
    secrets.addAll(names(overlay.of("Cluster"), object -> Overlay.nameOf(object) + "-ca"));
    secrets.addAll(
        names(overlay.of("Kafka"), object -> Overlay.nameOf(object) + "-cluster-ca-cert"));
    return secrets;
  }

  private static boolean brought(String name) {
    try {
      return Files.readString(Path.of("README.md")).contains("| `" + name + "`");
    } catch (IOException e) {
      throw new IllegalStateException("cannot read README.md", e);
    }
  }

  private static Set<String> references(Overlay overlay, String... fields) {
    Set<String> found = new TreeSet<>();
    overlay.objects().stream()
        .filter(object -> !object.path("kind").asText().equals("Certificate"))
        .flatMap(object -> Stream.of(fields).flatMap(field -> object.findValues(field).stream()))
        .map(value -> value.isTextual() ? value : firstPresent(value, "name", "claimName"))
        .filter(JsonNode::isTextual)
        .forEach(value -> found.add(value.asText()));
    return found;
  }

  private static JsonNode firstPresent(JsonNode value, String first, String second) {
    return value.has(first) ? value.get(first) : value.path(second);
  }

  private static Set<String> names(Stream<JsonNode> objects, Function<JsonNode, String> name) {
    return objects.map(name).collect(Collectors.toCollection(TreeSet::new));
  }
}
