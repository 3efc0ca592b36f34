package io.certferry.messaging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.certferry.contracts.ContractJson;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Record headers as one JSON object, so that an operator can read them in SQL: text where a value
 * is UTF-8 without NUL, {@code {"base64":"…"}} where it is not. Of a repeated header the last value
 * stays.
 */
final class HeaderText {

  private static final String BASE64 = "base64";

  private HeaderText() {}

  static String write(Map<String, byte[]> headers) {
    ObjectNode json = ContractJson.mapper().createObjectNode();
    headers.forEach((name, value) -> put(json, name, value));
    return json.toString();
  }

  static Map<String, byte[]> read(String json) {
    try {
      Map<String, byte[]> headers = new LinkedHashMap<>();
      ContractJson.mapper()
          .readTree(json)
          .properties()
          .forEach(member -> headers.put(member.getKey(), bytes(member.getValue())));
      return headers;
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("outbox headers are not JSON", e);
    }
  }

  private static void put(ObjectNode json, String name, byte[] value) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
      if (text.indexOf('\0') < 0) {
        json.put(name, text);
        return;
      }
    } catch (CharacterCodingException e) {
      // falls through to base64, which holds anything
    }
    json.putObject(name).put(BASE64, Base64.getEncoder().encodeToString(value));
  }

  private static byte[] bytes(JsonNode value) {
    return value.isObject()
        ? Base64.getDecoder().decode(value.path(BASE64).asText())
        : value.asText().getBytes(StandardCharsets.UTF_8);
  }
}
