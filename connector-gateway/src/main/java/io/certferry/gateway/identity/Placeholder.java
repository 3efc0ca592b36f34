package io.certferry.gateway.identity;

import io.certferry.pki.Randomness;
import io.certferry.pki.certificate.CertificateExtensions;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.Certificates.Validity;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.SigningKey;
import io.certferry.pki.name.DistinguishedName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What carries the public key beside the private one until the registrar's certificate does. */
final class Placeholder {

  private static final Duration LIFE = Duration.ofDays(1);

  private Placeholder() {}

  /** A certificate that the key signed itself and nobody trusts, DER. */
  static byte[] of(String connectorId, GeneratedKey key, Instant now) {
    byte[] name = DistinguishedName.ofCommonName(connectorId).der();
    return Certificates.sign(
        Randomness.serialNumber(),
        name,
        name,
        new Validity(now, now.plus(LIFE)),
        key.spki(),
        List.of(CertificateExtensions.endEntity()),
        SigningKey.of(key));
  }
}
