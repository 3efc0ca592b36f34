package io.certferry.pki;

import io.certferry.pki.ca.CaCertificates;
import io.certferry.pki.ca.IssuePlan;
import io.certferry.pki.ca.Publication;
import io.certferry.pki.certificate.CertificateExtensions;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.Certificates.Validity;
import io.certferry.pki.certificate.ExtendedKeyUsages;
import io.certferry.pki.certificate.KeyUsage;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.SigningKey;
import io.certferry.pki.name.DistinguishedName;
import io.certferry.pki.name.SubjectAltName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A root, a policy CA and an issuing CA of P-256, made once, and leaves below the issuing CA. */
public final class TestPki {
  static {
    CryptoProviders.install();
  }

  /**
   * The readers that are other programs look at the wall clock, so the certificates are of today.
   */
  public static final Instant START = Instant.ofEpochSecond(Instant.now().getEpochSecond() - 60);

  public static final Instant NOW = START.plusSeconds(60);
  public static final String SID = "S-1-5-21-1004336348-1177238915-682003330-1104";

  private static final Map<KeySpec, GeneratedKey> KEYS = new ConcurrentHashMap<>();

  public static final GeneratedKey ROOT_KEY = KeyPairs.generate(KeySpec.EC_256);
  public static final GeneratedKey POLICY_KEY = KeyPairs.generate(KeySpec.EC_256);
  public static final GeneratedKey ISSUING_KEY = KeyPairs.generate(KeySpec.EC_256);
  public static final byte[] ROOT =
      CaCertificates.selfSignedRoot(name("Test Root"), ROOT_KEY, years(10));
  public static final byte[] POLICY = policy();
  public static final byte[] ISSUING =
      CaCertificates.intermediate(
          name("Test Issuing"),
          ISSUING_KEY.spki(),
          years(5),
          Publication.NONE,
          SigningKey.of(POLICY_KEY),
          POLICY);

  private TestPki() {}

  public static DistinguishedName name(String commonName) {
    return DistinguishedName.ofCommonName(commonName);
  }

  public static Validity years(int years) {
    return new Validity(START, START.plus(Duration.ofDays(365L * years)));
  }

  /** One key for each kind: RSA generation is slow. Never closed. */
  public static GeneratedKey key(KeySpec spec) {
    return KEYS.computeIfAbsent(spec, KeyPairs::generate);
  }

  /** A policy CA that allows one more CA below. */
  private static byte[] policy() {
    return Certificates.sign(
        Randomness.serialNumber(),
        name("Test Root").der(),
        name("Test Policy").der(),
        years(8),
        POLICY_KEY.spki(),
        List.of(
            CertificateExtensions.authority(1),
            CertificateExtensions.keyUsage(Set.of(KeyUsage.KEY_CERT_SIGN, KeyUsage.CRL_SIGN)),
            CertificateExtensions.subjectKeyIdentifier(POLICY_KEY.spki()),
            CertificateExtensions.authorityKeyIdentifier(
                CertificateExtensions.keyIdentifier(ROOT_KEY.spki()))),
        SigningKey.of(ROOT_KEY));
  }

  /** A plan of one year with SANs, client authentication and a SID. */
  public static IssuePlan plan(String commonName, byte[] spki) {
    return new IssuePlan(
        name(commonName).der(),
        spki,
        List.of(
            new SubjectAltName(SubjectAltName.Type.UPN, "zoe@contoso.example"),
            new SubjectAltName(SubjectAltName.Type.URI, "urn:device:1")),
        List.of(ExtendedKeyUsages.CLIENT_AUTH),
        Set.of(),
        SID,
        "CertferryUser",
        Randomness.serialNumber(),
        new Validity(START, START.plus(Duration.ofDays(365)).minusSeconds(1)),
        new Publication(
            List.of("http://127.0.0.1/crl"),
            List.of("http://127.0.0.1/ocsp"),
            List.of("http://127.0.0.1/ca.cer")));
  }

  public static byte[] issue(IssuePlan plan) {
    return CaCertificates.issue(plan, SigningKey.of(ISSUING_KEY), ISSUING);
  }

  public static byte[] leaf(KeySpec spec) {
    return issue(plan("device-1", key(spec).spki()));
  }
}
