package io.certferry.revocation.partner;

import java.util.Arrays;
import java.util.Optional;

/** The error codes of the partner API, by number and by name. */
enum ResultCode {
  NONE(0, "None"),
  NON_RETRYABLE_SERVICE(4000, "NonRetryableServiceException"),
  DATA_SERIALIZATION(4001, "DataSerializationError"),
  PARAMETER_DATA_INVALID(4002, "ParameterDataInvalidError"),
  CRYPTOGRAPHY(4003, "CryptographyError"),
  CERTIFICATE_NOT_FOUND(4004, "CertificateNotFoundError"),
  /** Such as: it is revoked already, which is what was wanted. */
  CONFLICT(4005, "ConflictError"),
  NOT_SUPPORTED(4006, "NotSupportedError"),
  PAYLOAD_TOO_LARGE(4007, "PayloadTooLargeError"),
  RETRYABLE_SERVICE(4100, "RetryableServiceException"),
  SERVICE_UNAVAILABLE(4101, "ServiceUnavailableException"),
  SERVICE_TOO_BUSY(4102, "ServiceTooBusyException"),
  AUTHENTICATION(4103, "AuthenticationException");

  private static final int RETRYABLE_FROM = 4100;

  private final int number;
  private final String wireName;

  ResultCode(int number, String wireName) {
    this.number = number;
    this.wireName = wireName;
  }

  boolean isRetryable() {
    return number >= RETRYABLE_FROM;
  }

  int number() {
    return number;
  }

  /** Reads a number, a number as text, or a name in any case; empty for anything else. */
  static Optional<ResultCode> of(String text) {
    return Arrays.stream(values())
        .filter(
            code ->
                Integer.toString(code.number).equals(text.strip())
                    || code.wireName.equalsIgnoreCase(text.strip()))
        .findFirst();
  }
}
