package io.certferry.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The published type of each kind: Strimzi's own Java classes for Kafka, and for the rest schemas
 * made from published type declarations ({@code src/test/schemas}). An unknown field is an error in
 * both.
 */
final class ObjectTypes {

  private static final Map<String, Class<?>> CLASSES =
      Map.of(
          "Kafka", Kafka.class,
          "KafkaNodePool", KafkaNodePool.class,
          "KafkaTopic", KafkaTopic.class,
          "KafkaUser", KafkaUser.class);
  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .annotationIntrospector(new NoAnySetters())
          .build();
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private ObjectTypes() {}

  /** What is wrong with the object; empty if nothing is. */
  static List<String> errors(JsonNode object) {
    Class<?> type = CLASSES.get(object.path("kind").asText());
    return type == null ? schemaErrors(object) : classErrors(object, type);
  }

  private static List<String> classErrors(JsonNode object, Class<?> type) {
    try {
      STRICT.treeToValue(object, type);
      return List.of();
    } catch (JsonProcessingException e) {
      return List.of(e.getOriginalMessage());
    }
  }

  private static List<String> schemaErrors(JsonNode object) {
    String file =
        object.path("apiVersion").asText().replace('/', '_')
            + "_"
            + object.path("kind").asText()
            + ".json";
    try (InputStream schema = ObjectTypes.class.getResourceAsStream("/schemas/" + file)) {
      if (schema == null) {
        return List.of("no published type is known: " + file);
      }
      return REGISTRY
          .getSchema(new String(schema.readAllBytes(), StandardCharsets.UTF_8))
          .validate(object.toString(), InputFormat.JSON)
          .stream()
          .map(Error::toString)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The model classes collect what they do not know; here it shall be an error. */
  private static final class NoAnySetters extends JacksonAnnotationIntrospector {

    private static final long serialVersionUID = 1L;

    @Override
    public Boolean hasAnySetter(Annotated annotated) {
      return false;
    }
  }
}
