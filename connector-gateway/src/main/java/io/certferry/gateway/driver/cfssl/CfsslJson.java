package io.certferry.gateway.driver.cfssl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** cfssl's JSON, as strangers write it. */
final class CfsslJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  private CfsslJson() {}

  static Optional<JsonNode> read(byte[] body) {
    try {
      JsonNode json = JSON.readTree(body);
      return json != null && json.isObject() ? Optional.of(json) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  static byte[] label() {
    return bytes(object().put("label", ""));
  }

  static byte[] bytes(ObjectNode json) {
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }
}
