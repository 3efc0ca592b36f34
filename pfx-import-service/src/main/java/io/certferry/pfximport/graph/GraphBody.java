package io.certferry.pfximport.graph;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.ContractJson;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Optional;

/**
 * A request body, member by member: an absent one is not the same as one that is wrong. Members are
 * found in any case, as the tools of .NET write and read them; unknown ones are ignored.
 */
final class GraphBody {

  private final JsonNode json;

  private GraphBody(JsonNode json) {
    this.json = json;
  }

  /**
   * Reads it.
   *
   * @throws GraphException 400 if it is no JSON object
   */
  static GraphBody parse(byte[] body) {
    try {
      JsonNode json = ContractJson.mapper().readTree(body);
      if (json != null && json.isObject()) {
        return new GraphBody(json);
      }
    } catch (IOException | StackOverflowError e) {
      // Said below, without the body.
    }
    throw GraphException.badRequest("The body is not a JSON object.");
  }

  /**
   * A text, or a number as text; empty if it is absent or null.
   *
   * @throws GraphException 400 if it is something else
   */
  Optional<String> text(String name) {
    JsonNode member = member(name);
    if (member == null || member.isNull()) {
      return Optional.empty();
    }
    if (!member.isTextual() && !member.isIntegralNumber()) {
      throw GraphException.badRequest("'" + name + "' must be a string.");
    }
    return Optional.of(member.asText());
  }

  private @org.jspecify.annotations.Nullable JsonNode member(String name) {
    JsonNode exact = json.get(name);
    if (exact != null) {
      return exact;
    }
    for (var fields = json.fields(); fields.hasNext(); ) {
      var field = fields.next();
      if (field.getKey().equalsIgnoreCase(name)) {
        return field.getValue();
      }
    }
    return null;
  }

  /**
   * An instant: any offset, up to nine fractional digits.
   *
   * @throws GraphException 400 if it is not one, or out of the range that a certificate can have
   */
  Optional<Instant> instant(String name) {
    return text(name).map(text -> instant(name, text));
  }

  private static Instant instant(String name, String text) {
    try {
      OffsetDateTime time = OffsetDateTime.parse(text);
      if (time.getYear() >= 1900 && time.getYear() <= 9999) {
        return time.toInstant();
      }
    } catch (DateTimeException e) {
      // Said below.
    }
    throw GraphException.badRequest(
        "'" + name + "' must be a date and time with an offset, such as 2026-11-24T03:12:57Z.");
  }

  /**
   * Bytes in base64; line breaks are ignored.
   *
   * @throws GraphException 400 if it is not base64
   */
  Optional<byte[]> bytes(String name) {
    return text(name).map(text -> bytes(name, text));
  }

  private static byte[] bytes(String name, String text) {
    String plain = text.replace("\r", "").replace("\n", "");
    try {
      // Edm.Binary is base64url in OData 4; the tools send base64.
      return Base64.getDecoder().decode(plain.replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException e) {
      throw GraphException.badRequest("'" + name + "' is not base64.");
    }
  }
}
