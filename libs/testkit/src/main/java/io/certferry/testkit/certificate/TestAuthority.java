package io.certferry.testkit.certificate;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;

/** A certificate authority that signs whatever a test asks for. */
public final class TestAuthority {

  private static final int SERIAL_BITS = 120;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final X509Certificate certificate;
  private final KeyPair keys;

  private TestAuthority(X509Certificate certificate, KeyPair keys) {
    this.certificate = certificate;
    this.keys = keys;
  }

  /** A new self-signed authority. */
  public static TestAuthority create(
      String commonName, KeyPair keys, Instant notBefore, Instant notAfter) {
    CertificateSpec spec =
        CertificateSpec.authority(commonName, keys.getPublic(), notBefore, notAfter);
    return new TestAuthority(sign(spec, CertificateBytes.name(commonName), keys), keys);
  }

  /** One that exists already, for instance read from files. */
  public static TestAuthority of(X509Certificate certificate, KeyPair keys) {
    return new TestAuthority(certificate, keys);
  }

  public X509Certificate certificate() {
    return certificate;
  }

  public KeyPair keys() {
    return keys;
  }

  /** Signs the certificate. */
  public X509Certificate issue(CertificateSpec spec) {
    return sign(spec, certificate.getSubjectX500Principal().getEncoded(), keys);
  }

  private static X509Certificate sign(CertificateSpec spec, byte[] issuerName, KeyPair keys) {
    BigInteger serial = new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE);
    try {
      byte[] der =
          CertificateBytes.signed(spec, serial, issuerName, keys.getPublic(), keys.getPrivate());
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign a certificate for " + spec.commonName(), e);
    }
  }
}
