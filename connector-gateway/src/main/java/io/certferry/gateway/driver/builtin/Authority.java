package io.certferry.gateway.driver.builtin;

import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ParsedCertificate;
import io.certferry.pki.key.SigningKey;

/** One tier, ready to sign. */
record Authority(ParsedCertificate parsed, SigningKey key) {

  static Authority of(byte[] certificate, SigningKey key) {
    return new Authority(Certificates.parse(certificate), key);
  }

  byte[] certificate() {
    return parsed.der();
  }

  /** RFC 4514. */
  String name() {
    return parsed.subject().toRfc4514();
  }
}
