package io.certferry.pfximport;

import io.certferry.pki.Digests;
import io.certferry.pki.Randomness;
import io.certferry.pki.ca.CaCertificates;
import io.certferry.pki.ca.IssuePlan;
import io.certferry.pki.ca.Publication;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.PrivateKeys;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SigningKey;
import io.certferry.pki.name.DistinguishedName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * A user's S/MIME identity below a small CA, and the PFX that Java writes of it.
 *
 * @param pkcs8 the private key
 * @param chain the issuing CA, then the root
 */
public record TestPfx(byte[] pkcs8, byte[] leaf, List<byte[]> chain, Instant start, Instant end) {

  private static final GeneratedKey ROOT_KEY = KeyPairs.generate(KeySpec.EC_256);
  private static final GeneratedKey CA_KEY = KeyPairs.generate(KeySpec.EC_256);
  private static final Instant NOW = Instant.ofEpochSecond(Instant.now().getEpochSecond());
  private static final byte[] ROOT =
      CaCertificates.selfSignedRoot(
          DistinguishedName.ofCommonName("Mail Root"), ROOT_KEY, validity(-3650, 3650));
  private static final byte[] CA =
      CaCertificates.intermediate(
          DistinguishedName.ofCommonName("Mail CA"),
          CA_KEY.spki(),
          validity(-3650, 3000),
          Publication.NONE,
          SigningKey.of(ROOT_KEY),
          ROOT);

  private static Certificates.Validity validity(int fromDays, int toDays) {
    return new Certificates.Validity(
        NOW.plus(Duration.ofDays(fromDays)), NOW.plus(Duration.ofDays(toDays)));
  }

  /** Valid from a day ago for a year. */
  public static TestPfx of(String name, KeySpec spec) {
    return of(name, spec, -1, 364);
  }

  /** Valid between two days from now. */
  public static TestPfx of(String name, KeySpec spec, int fromDays, int toDays) {
    GeneratedKey key = KeyPairs.generate(spec);
    Certificates.Validity validity = validity(fromDays, toDays);
    byte[] leaf =
        CaCertificates.issue(
            new IssuePlan(
                DistinguishedName.ofCommonName(name).der(),
                key.spki(),
                List.of(),
                List.of("1.3.6.1.5.5.7.3.4"),
                Set.of(),
                null,
                null,
                Randomness.serialNumber(),
                validity,
                Publication.NONE),
            SigningKey.of(CA_KEY),
            CA);
    return new TestPfx(
        key.pkcs8().expose(SecretAccess.granted()).clone(),
        leaf,
        List.of(CA, ROOT),
        validity.notBefore(),
        validity.notAfter());
  }

  /** Upper-case hex SHA-1. */
  public String thumbprint() {
    return HexFormat.of().withUpperCase().formatHex(Digests.sha1(leaf));
  }

  /** The file, with the first so many certificates of the chain. */
  public byte[] file(String password, int issuers) {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      List<Certificate> certificates = new ArrayList<>();
      certificates.add(factory.generateCertificate(new ByteArrayInputStream(leaf)));
      for (byte[] issuer : chain.subList(0, issuers)) {
        certificates.add(factory.generateCertificate(new ByteArrayInputStream(issuer)));
      }
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "one",
          PrivateKeys.decode(io.certferry.pki.key.SecretBytes.copyOf(pkcs8)),
          password.toCharArray(),
          certificates.toArray(Certificate[]::new));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      store.store(out, password.toCharArray());
      return out.toByteArray();
    } catch (java.security.GeneralSecurityException | java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
