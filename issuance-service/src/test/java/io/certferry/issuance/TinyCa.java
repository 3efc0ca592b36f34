package io.certferry.issuance;

import io.certferry.contracts.Bytes;
import io.certferry.pki.Randomness;
import io.certferry.pki.ca.CaCertificates;
import io.certferry.pki.ca.IssuePlan;
import io.certferry.pki.ca.Publication;
import io.certferry.pki.certificate.CertificateRequests;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.Certificates.Validity;
import io.certferry.pki.certificate.ParsedCsr;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.SigningKey;
import io.certferry.pki.name.DistinguishedName;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** A two-tier CA that issues what a CSR asks for, or something else if a test wants it to. */
final class TinyCa {

  private static final Duration CA_LIFE = Duration.ofDays(3650);

  private final byte[] root;
  private final byte[] issuing;
  private final SigningKey issuingKey;

  TinyCa(String name) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Validity validity = new Validity(now.minus(Duration.ofHours(1)), now.plus(CA_LIFE));
    GeneratedKey rootKey = KeyPairs.generate(KeySpec.EC_256);
    GeneratedKey caKey = KeyPairs.generate(KeySpec.EC_256);
    root =
        CaCertificates.selfSignedRoot(
            DistinguishedName.ofCommonName(name + " root"), rootKey, validity);
    issuing =
        CaCertificates.intermediate(
            DistinguishedName.ofCommonName(name + " issuing"),
            caKey.spki(),
            validity,
            Publication.NONE,
            SigningKey.of(rootKey),
            root);
    issuingKey = SigningKey.of(caKey);
  }

  byte[] root() {
    return root;
  }

  byte[] issuing() {
    return issuing;
  }

  List<Bytes> chain() {
    return List.of(Bytes.of(issuing), Bytes.of(root));
  }

  /** Exactly what was asked for, for a year. */
  byte[] issue(byte[] csr) {
    return issue(csr, plan -> plan);
  }

  /** What was asked for, changed. */
  byte[] issue(byte[] csr, UnaryOperator<IssuePlan> change) {
    return CaCertificates.issue(change.apply(plan(csr)), issuingKey, issuing);
  }

  /** A CA certificate for the key and name of a CSR. */
  byte[] issueAuthority(byte[] csr) {
    ParsedCsr asked = CertificateRequests.parse(csr);
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    return CaCertificates.intermediate(
        asked.subject(),
        asked.spki(),
        new Validity(now.minusSeconds(60), now.plus(Duration.ofDays(30))),
        Publication.NONE,
        issuingKey,
        issuing);
  }

  private static IssuePlan plan(byte[] csr) {
    ParsedCsr asked = CertificateRequests.parse(csr);
    Instant begin = Instant.now().truncatedTo(ChronoUnit.SECONDS).minusSeconds(60);
    return new IssuePlan(
        asked.subject().der(),
        asked.spki(),
        asked.sans(),
        asked.ekus(),
        Set.of(),
        asked.sid(),
        null,
        Randomness.serialNumber(),
        new Validity(begin, begin.plus(Duration.ofDays(365)).minusSeconds(1)),
        Publication.NONE);
  }

  static String issuerOf(byte[] certificate) {
    return Certificates.parse(certificate).issuer().toRfc4514();
  }
}
