package io.certferry.revocation.policy;

import java.util.Arrays;
import java.util.Optional;

/** The kinds of profile (DESIGN section 2). */
public enum ProfileKind {
  PKCS("pkcs"),
  TRUSTED_ROOT("trusted-root"),
  IMPORTED_PFX("imported-pfx");

  private final String code;

  ProfileKind(String code) {
    this.code = code;
  }

  public String code() {
    return code;
  }

  /**
   * Whether its certificates are ours to revoke: a root belongs to its CA, an imported certificate
   * serves other devices and old mail.
   */
  public boolean isRevocable() {
    return this == PKCS;
  }

  public static Optional<ProfileKind> of(String code) {
    return Arrays.stream(values()).filter(kind -> kind.code.equals(code)).findFirst();
  }
}
