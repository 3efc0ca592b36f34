package io.certferry.revocation.policy;

import java.util.Arrays;
import java.util.Optional;

/**
 * Why a CA is told to revoke (RFC 5280 section 5.3.1). {@code certificateHold} and {@code
 * removeFromCRL} are no ways to end a certificate and are not here; {@code aACompromise} is for
 * attribute certificates.
 */
public enum Reason {
  UNSPECIFIED("unspecified"),
  KEY_COMPROMISE("keyCompromise"),
  CA_COMPROMISE("cACompromise"),
  AFFILIATION_CHANGED("affiliationChanged"),
  SUPERSEDED("superseded"),
  CESSATION_OF_OPERATION("cessationOfOperation"),
  PRIVILEGE_WITHDRAWN("privilegeWithdrawn");

  private final String code;

  Reason(String code) {
    this.code = code;
  }

  /** The RFC's name. */
  public String code() {
    return code;
  }

  /** Whether the reason says that somebody else may hold the key. */
  public boolean isCompromise() {
    return this == KEY_COMPROMISE || this == CA_COMPROMISE;
  }

  public static Optional<Reason> of(String code) {
    return Arrays.stream(values()).filter(reason -> reason.code.equals(code)).findFirst();
  }
}
