package io.certferry.pki.ca;

import java.util.Arrays;
import java.util.Optional;

/** CRLReason (RFC 5280 section 5.3.1). */
public enum RevocationReason {
  UNSPECIFIED(0),
  KEY_COMPROMISE(1),
  CA_COMPROMISE(2),
  AFFILIATION_CHANGED(3),
  SUPERSEDED(4),
  CESSATION_OF_OPERATION(5),
  CERTIFICATE_HOLD(6),
  REMOVE_FROM_CRL(8),
  PRIVILEGE_WITHDRAWN(9),
  AA_COMPROMISE(10);

  private final int code;

  RevocationReason(int code) {
    this.code = code;
  }

  /** The number on the wire. */
  public int code() {
    return code;
  }

  /** By the name in RFC 5280, such as keyCompromise. */
  public static Optional<RevocationReason> named(String name) {
    return Arrays.stream(values())
        .filter(reason -> reason.name().replace("_", "").equalsIgnoreCase(name))
        .findFirst();
  }

  /**
   * @throws IllegalArgumentException for a number without meaning
   */
  public static RevocationReason ofCode(int code) {
    return Arrays.stream(values())
        .filter(reason -> reason.code == code)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no revocation reason has code " + code));
  }
}
