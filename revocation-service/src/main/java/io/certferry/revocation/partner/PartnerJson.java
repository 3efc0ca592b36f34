package io.certferry.revocation.partner;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.ContractJson;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what partners' clients write: UTF-8, or ISO-8859-1 that does not say so; member names in
 * any case.
 */
final class PartnerJson {

  private PartnerJson() {}

  /** The object in a body; empty when it is none. */
  static Optional<JsonNode> object(byte[] body) {
    try {
      JsonNode node = ContractJson.mapper().readTree(text(body));
      return Optional.ofNullable(node).filter(JsonNode::isObject);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static String text(byte[] body) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(body))
          .toString();
    } catch (CharacterCodingException e) {
      return new String(body, StandardCharsets.ISO_8859_1);
    }
  }

  /** A member by its name in any case; empty when absent or JSON null. */
  static Optional<JsonNode> member(JsonNode object, String name) {
    for (Iterator<Map.Entry<String, JsonNode>> members = object.fields(); members.hasNext(); ) {
      Map.Entry<String, JsonNode> member = members.next();
      if (member.getKey().equalsIgnoreCase(name)) {
        return Optional.of(member.getValue()).filter(value -> !value.isNull());
      }
    }
    return Optional.empty();
  }
}
