package io.certferry.profile.catalogue;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Whom a certificate speaks for. */
public enum CertificateType {
  USER,
  DEVICE;

  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<CertificateType> of(String id) {
    return Arrays.stream(values()).filter(t -> t.id().equals(id)).findFirst();
  }
}
