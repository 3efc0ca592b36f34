package io.certferry.profile.device;

import io.certferry.edge.FieldError;

/** What was found about a device's certificate. */
public sealed interface CertificateVerdict {

  /** It can be believed. */
  record Accepted(DeviceCertificate certificate) implements CertificateVerdict {}

  /**
   * It cannot; rules are {@code not-a-certificate}, {@code weak-key}, {@code expired}, {@code
   * not-yet-valid}, {@code untrusted} and {@code not-bound}.
   */
  record Refused(FieldError error) implements CertificateVerdict {

    static Refused because(String rule, String message) {
      return new Refused(new FieldError("/deviceCertificate", rule, message));
    }
  }
}
