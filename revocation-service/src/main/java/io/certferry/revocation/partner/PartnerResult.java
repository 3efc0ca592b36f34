package io.certferry.revocation.partner;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.UUID;

/**
 * One result of an upload.
 *
 * @param context what was handed out with the request
 * @param message for people; empty when none
 */
record PartnerResult(UUID context, Verdict verdict, String code, String message) {

  private static final int LONGEST_MESSAGE = 1_000;

  /** What the partner's CA did. */
  enum Verdict {
    REVOKED,
    ALREADY,
    RETRY,
    FAILED
  }

  /** Reads an item; empty when it is malformed or names something that we never handed out. */
  static Optional<PartnerResult> of(JsonNode item) {
    Optional<String> context =
        PartnerJson.member(item, "requestContext")
            .filter(JsonNode::isTextual)
            .map(JsonNode::asText);
    Optional<Boolean> succeeded =
        PartnerJson.member(item, "succeeded").flatMap(PartnerResult::bool);
    if (context.isEmpty() || succeeded.isEmpty()) {
      return Optional.empty();
    }
    Optional<ResultCode> code = code(item);
    if (code.isEmpty()) {
      return Optional.empty();
    }
    return uuid(context.get())
        .map(
            id ->
                new PartnerResult(
                    id, verdict(succeeded.get(), code.get()), name(code.get()), message(item)));
  }

  private static Verdict verdict(boolean succeeded, ResultCode code) {
    if (succeeded) {
      return code == ResultCode.NONE ? Verdict.REVOKED : Verdict.RETRY;
    }
    if (code == ResultCode.CONFLICT) {
      return Verdict.ALREADY;
    }
    return code.isRetryable() ? Verdict.RETRY : Verdict.FAILED;
  }

  private static String name(ResultCode code) {
    return switch (code) {
      case CERTIFICATE_NOT_FOUND -> "unknown-serial";
      case NONE -> "partner-failed";
      default -> "partner-" + code.number();
    };
  }

  /** Absent and empty mean none. */
  private static Optional<ResultCode> code(JsonNode item) {
    String text = PartnerJson.member(item, "errorCode").map(JsonNode::asText).orElse("").strip();
    return text.isEmpty() ? Optional.of(ResultCode.NONE) : ResultCode.of(text);
  }

  private static Optional<Boolean> bool(JsonNode node) {
    if (node.isBoolean()) {
      return Optional.of(node.booleanValue());
    }
    return node.isTextual() && node.asText().matches("(?i)true|false")
        ? Optional.of(Boolean.parseBoolean(node.asText()))
        : Optional.empty();
  }

  private static Optional<UUID> uuid(String text) {
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String message(JsonNode item) {
    String text = PartnerJson.member(item, "errorMessage").map(JsonNode::asText).orElse("");
    return text.length() > LONGEST_MESSAGE ? text.substring(0, LONGEST_MESSAGE) : text;
  }
}
