package io.certferry.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenSamplesTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  static Stream<Path> samples() throws IOException {
    try (Stream<Path> files = Files.list(GOLDEN)) {
      return files.sorted().toList().stream();
    }
  }

  static Stream<String> types() {
    return EventTypes.all().keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everySampleKeepsToItsSchema(Path sample) throws IOException {
    // When
    List<Error> errors =
        schemaOf(typeOf(sample)).validate(Files.readString(sample), InputFormat.JSON);

    // Then
    assertThat(errors).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everySampleIsReadByTheCurrentReaderAndWrittenBackUnchanged(Path sample) throws IOException {
    // Given
    byte[] json = Files.readAllBytes(sample);

    // When
    Object event = ContractJson.read(json, EventTypes.classOf(typeOf(sample)).orElseThrow());

    // Then
    assertThat(tree(ContractJson.write(event))).isEqualTo(tree(json));
  }

  @ParameterizedTest
  @MethodSource("types")
  void everyTypeHasASampleThatItsSchemaRefusesOnceARequiredMemberIsGone(String type)
      throws IOException {
    // Given
    Path sample = GOLDEN.resolve(type + ".1.json");
    ObjectNode json = (ObjectNode) tree(Files.readAllBytes(sample));
    JsonNode required = tree(Schemas.of(type).getBytes(StandardCharsets.UTF_8)).get("required");

    for (JsonNode member : required) {
      // When
      ObjectNode broken = json.deepCopy();
      broken.remove(member.asText());

      // Then
      assertThat(schemaOf(type).validate(broken.toString(), InputFormat.JSON))
          .as("without %s", member.asText())
          .isNotEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void everyTypeIsNamedByItsContextItsRecordAndItsVersion(String type) {
    // Then
    assertThat(type).matches("io\\.certferry\\.[a-z]+\\.[A-Z][A-Za-z]+\\.v1");
    assertThat(type.split("\\.")[3])
        .isEqualTo(EventTypes.classOf(type).orElseThrow().getSimpleName());
  }

  @Test
  void unknownMembersAreIgnoredSoThatEvolutionCanBeAdditive() throws IOException {
    for (Map.Entry<String, Class<?>> entry : new TreeMap<>(EventTypes.all()).entrySet()) {
      // Given
      Path sample = GOLDEN.resolve(entry.getKey() + ".1.json");
      ObjectNode json = (ObjectNode) tree(Files.readAllBytes(sample));
      json.put("addedLater", true);

      // When
      Object event = ContractJson.read(ContractJson.write(json), entry.getValue());

      // Then
      assertThat(event).isInstanceOf(entry.getValue());
    }
  }

  @Test
  void aMalformedMessageIsRefusedWithoutItsValue() {
    // Given
    byte[] json = "{\"deviceId\":{\"secret\":\"s3cr3t\"}}".getBytes(StandardCharsets.UTF_8);

    // Then
    assertThatThrownBy(
            () -> ContractJson.read(json, io.certferry.contracts.event.DeviceCheckedIn.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("deviceId")
        .hasMessageNotContaining("s3cr3t");
  }

  private static String typeOf(Path sample) {
    return sample.getFileName().toString().replaceFirst("\\.\\d+\\.json$", "");
  }

  private static Schema schemaOf(String type) {
    return REGISTRY.getSchema(Schemas.of(type), InputFormat.JSON);
  }

  private static JsonNode tree(byte[] json) throws IOException {
    return ContractJson.mapper().readTree(json);
  }
}
