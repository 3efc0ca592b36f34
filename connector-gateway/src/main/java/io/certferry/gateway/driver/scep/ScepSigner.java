package io.certferry.gateway.driver.scep;

import io.certferry.gateway.driver.wire.SignerFiles;
import io.certferry.pki.Randomness;
import io.certferry.pki.certificate.CertificateExtensions;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.Certificates.Validity;
import io.certferry.pki.certificate.KeyUsage;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.PrivateKeys;
import io.certferry.pki.key.SigningKey;
import io.certferry.pki.name.DistinguishedName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Who signs our SCEP messages and to whom answers are encrypted: this connector, as a registration
 * authority would, since it has no key of a device.
 *
 * @param certificate RSA
 */
record ScepSigner(X509Certificate certificate, PrivateKey key) {

  private static final Duration BACKDATE = Duration.ofHours(1);
  private static final Duration LIFETIME = Duration.ofDays(366);

  /** From files: a certificate that the CA takes for a registration authority's. */
  static ScepSigner read(Path certificate, Path key) throws IOException {
    ScepSigner signer =
        new ScepSigner(SignerFiles.certificates(certificate).get(0), SignerFiles.key(key));
    if (!signer.certificate().getPublicKey().getAlgorithm().equals("RSA")) {
      throw new IOException("SCEP needs an RSA signer");
    }
    return signer;
  }

  /** Self-signed, for as long as this process lives (RFC 8894 section 2.3). */
  static ScepSigner generated(String caId, Instant now) {
    DistinguishedName name = DistinguishedName.ofCommonName("Certferry connector for " + caId);
    try (GeneratedKey pair = KeyPairs.generate(KeySpec.RSA_2048)) {
      byte[] der =
          Certificates.sign(
              Randomness.serialNumber(),
              name.der(),
              name.der(),
              new Validity(now.minus(BACKDATE), now.plus(LIFETIME)),
              pair.spki(),
              List.of(
                  CertificateExtensions.keyUsage(
                      Set.of(KeyUsage.DIGITAL_SIGNATURE, KeyUsage.KEY_ENCIPHERMENT))),
              SigningKey.of(pair));
      return new ScepSigner(decode(der), PrivateKeys.decode(pair.pkcs8()));
    }
  }

  static X509Certificate decode(byte[] der) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not a certificate", e);
    }
  }

  @Override
  public String toString() {
    return "ScepSigner[redacted]";
  }
}
