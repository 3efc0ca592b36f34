package io.certferry.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaTest {

  @BeforeAll
  static void needsKubectl() throws IOException {
    Overlay.all();
  }

  static Stream<Overlay> overlays() throws IOException {
    return Overlay.all();
  }

  static Stream<JsonNode> oneOfEachKind() {
    return Stream.of("Deployment", "Job", "NetworkPolicy", "Kafka", "KafkaTopic", "KafkaUser")
        .map(kind -> Overlay.named("production").of(kind).findFirst())
        .flatMap(Optional::stream);
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void everyObjectKeepsToItsPublishedType(Overlay overlay) {
    // When
    List<String> errors =
        overlay.objects().stream()
            .flatMap(
                object ->
                    ObjectTypes.errors(object).stream()
                        .map(error -> Overlay.describe(object) + ": " + error))
            .toList();

    // Then
    assertThat(overlay.objects()).isNotEmpty();
    assertThat(errors).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("oneOfEachKind")
  void anUnknownFieldIsAnError(JsonNode object) {
    // Given
    ObjectNode changed = object.deepCopy();
    ((ObjectNode) changed.get("spec")).put("replicaz", 3);

    // Then
    assertThat(ObjectTypes.errors(changed)).anyMatch(error -> error.contains("replicaz"));
  }

  @ParameterizedTest
  @MethodSource("oneOfEachKind")
  void aFieldOfAnotherTypeIsAnError(JsonNode object) {
    // Given
    ObjectNode changed = object.deepCopy();
    changed.putArray("spec");

    // Then
    assertThat(ObjectTypes.errors(changed)).isNotEmpty();
  }
}
