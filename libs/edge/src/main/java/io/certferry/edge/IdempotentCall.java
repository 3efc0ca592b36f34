package io.certferry.edge;

import io.certferry.contracts.ContractJson;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call that may come again.
 *
 * @param key the header {@code Idempotency-Key}, 1 to 128 printable ASCII characters
 * @param operation method and path template, such as {@code POST /api/v1/profiles}
 * @param bodySha256 lower-case hex
 */
public record IdempotentCall(String tenant, String key, String operation, String bodySha256) {

  /** The request header. */
  public static final String HEADER = "Idempotency-Key";

  private static final String ACCEPTABLE = "[\\x21-\\x7e]{1,128}";

  /**
   * Describes a call by its parsed body, so that white space and member order make no other body.
   *
   * @param key the header's value; null if the client sent none
   * @return empty without a key
   * @throws ProblemException 422 if the key cannot be one
   */
  public static Optional<IdempotentCall> of(
      String tenant, @Nullable String key, String operation, Object body) {
    if (key == null) {
      return Optional.empty();
    }
    if (!key.matches(ACCEPTABLE)) {
      throw ProblemException.ruleBroken(
          HEADER, "pattern", "must be 1 to 128 printable ASCII characters");
    }
    return Optional.of(
        new IdempotentCall(tenant, key, operation, sha256(ContractJson.write(body))));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
