package io.certferry.profile.catalogue;

import java.util.Arrays;
import java.util.Optional;

/** What a profile delivers. */
public enum ProfileKind {
  TRUSTED_ROOT("trusted-root"),
  PKCS("pkcs"),
  IMPORTED_PFX("imported-pfx");

  private final String id;

  ProfileKind(String id) {
    this.id = id;
  }

  /** As it is written in JSON and in grants. */
  public String id() {
    return id;
  }

  public static Optional<ProfileKind> of(String id) {
    return Arrays.stream(values()).filter(k -> k.id.equals(id)).findFirst();
  }
}
