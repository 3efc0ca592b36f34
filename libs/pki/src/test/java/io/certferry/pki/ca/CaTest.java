package io.certferry.pki.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import io.certferry.pki.Randomness;
import io.certferry.pki.TestPki;
import io.certferry.pki.Tool;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.Certificates.Validity;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.SigningKey;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaTest {
  @Test
  void issuesWhatOpensslVerifiesUpToTheRoot(@TempDir Path directory) throws IOException {
    // Given
    Path leaf = pem(directory, "leaf.pem", TestPki.leaf(KeySpec.EC_256));
    pem(directory, "root.pem", TestPki.ROOT);
    Files.writeString(
        directory.resolve("chain.pem"),
        Certificates.toPem(TestPki.ISSUING) + Certificates.toPem(TestPki.POLICY));

    // When
    Tool.Outcome outcome =
        Tool.OPENSSL.run(
            directory,
            "verify",
            "-x509_strict",
            "-CAfile",
            "root.pem",
            "-untrusted",
            "chain.pem",
            leaf.getFileName().toString());

    // Then
    outcome.assertSucceeded();
    assertThat(outcome.output()).contains("leaf.pem: OK");
  }

  @Test
  void refusesToIssueWithAForeignKeyOrBeyondTheCasLife() {
    GeneratedKey key = TestPki.key(KeySpec.EC_256);
    IssuePlan plan = TestPki.plan("x", key.spki());
    assertThatThrownBy(
            () -> CaCertificates.issue(plan, SigningKey.of(TestPki.ROOT_KEY), TestPki.ISSUING))
        .isInstanceOfSatisfying(
            PkiException.class, e -> assertThat(e.reason()).isEqualTo(Reason.ALGORITHM));
    byte[] leaf = TestPki.issue(plan);
    assertThatThrownBy(() -> CaCertificates.issue(plan, SigningKey.of(key), leaf))
        .isInstanceOf(PkiException.class);
    IssuePlan longer =
        new IssuePlan(
            plan.subject(),
            plan.spki(),
            plan.sans(),
            plan.ekus(),
            plan.keyUsage(),
            plan.sid(),
            plan.templateName(),
            plan.serial(),
            TestPki.years(6),
            plan.publication());
    assertThatThrownBy(() -> TestPki.issue(longer)).hasMessageContaining("outlive");
  }

  @Test
  void takesSerialNumbersOfSixteenPositiveRandomOctets() {
    assertThat(Randomness.serialNumber().toByteArray()).hasSize(16);
    assertThat(Randomness.serialNumber().signum()).isPositive();
    assertThat(Randomness.serialNumber()).isNotEqualTo(Randomness.serialNumber());
  }

  @Test
  void signsWithAnRsaCaToo(@TempDir Path directory) throws IOException {
    // Given
    GeneratedKey rsa = TestPki.key(KeySpec.RSA_3072);
    byte[] root = CaCertificates.selfSignedRoot(TestPki.name("RSA Root"), rsa, TestPki.years(3));
    byte[] leaf =
        CaCertificates.issue(
            TestPki.plan("d", TestPki.key(KeySpec.RSA_2048).spki()), SigningKey.of(rsa), root);
    pem(directory, "root.pem", root);
    pem(directory, "leaf.pem", leaf);

    // When
    Tool.Outcome outcome = Tool.OPENSSL.run(directory, "verify", "-CAfile", "root.pem", "leaf.pem");

    // Then
    outcome.assertSucceeded();
  }

  @Test
  void revokesInACrlThatOpensslVerifiesAndUses(@TempDir Path directory) throws IOException {
    // Given
    byte[] leaf = TestPki.leaf(KeySpec.EC_256);
    BigInteger serial = Certificates.parse(leaf).serial();
    byte[] crl = crl(List.of(entry(serial, RevocationReason.KEY_COMPROMISE)));
    Files.write(directory.resolve("crl.der"), crl);
    pem(directory, "issuing.pem", TestPki.ISSUING);
    pem(directory, "leaf.pem", leaf);

    // When
    Tool.Outcome text =
        Tool.OPENSSL.run(
            directory,
            "crl",
            "-inform",
            "DER",
            "-in",
            "crl.der",
            "-CAfile",
            "issuing.pem",
            "-text",
            "-out",
            "crl.pem");
    Tool.Outcome verify =
        Tool.OPENSSL.run(
            directory,
            "verify",
            "-partial_chain",
            "-crl_check",
            "-CRLfile",
            "crl.pem",
            "-trusted",
            "issuing.pem",
            "leaf.pem");

    // Then
    text.assertSucceeded();
    assertThat(text.output()).contains("verify OK");
    assertThat(Files.readString(directory.resolve("crl.pem")))
        .contains("Key Compromise", "X509v3 CRL Number", "7");
    assertThat(verify.exit()).isNotZero();
    assertThat(verify.output()).contains("certificate revoked");
  }

  @Test
  void readsBackItsOwnCrlAndRefusesAnotherCas() {
    // Given
    RevokedCertificate one = entry(Randomness.serialNumber(), RevocationReason.SUPERSEDED);
    RevokedCertificate other = entry(Randomness.serialNumber(), RevocationReason.UNSPECIFIED);

    // When
    byte[] der = crl(List.of(one, other));
    ParsedCrl crl = Crls.parse(der, TestPki.ISSUING);

    // Then
    assertThat(crl.number()).isEqualTo(BigInteger.valueOf(7));
    assertThat(crl.revoked().values()).containsExactlyInAnyOrder(one, other);
    assertThat(crl.find(Randomness.serialNumber())).isEmpty();
    assertThat(crl.nextUpdate()).isEqualTo(TestPki.NOW.plus(Duration.ofDays(7)));
    assertThatThrownBy(() -> Crls.parse(der, TestPki.POLICY))
        .isInstanceOfSatisfying(
            PkiException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INTEGRITY));
    byte[] tampered = der.clone();
    tampered[der.length / 2] ^= 1;
    assertThatThrownBy(() -> Crls.parse(tampered, TestPki.ISSUING))
        .isInstanceOf(PkiException.class);
  }

  @Test
  void buildsAnEmptyCrl() {
    assertThat(Crls.parse(crl(List.of()), TestPki.ISSUING).revoked()).isEmpty();
  }

  private static RevokedCertificate entry(BigInteger serial, RevocationReason reason) {
    return new RevokedCertificate(serial, TestPki.NOW, reason);
  }

  private static byte[] crl(List<RevokedCertificate> revoked) {
    return Crls.build(
        BigInteger.valueOf(7),
        new Validity(TestPki.START, TestPki.NOW.plus(Duration.ofDays(7))),
        revoked,
        SigningKey.of(TestPki.ISSUING_KEY),
        TestPki.ISSUING);
  }

  static Path pem(Path directory, String name, byte[] certificate) throws IOException {
    return Files.writeString(
        directory.resolve(name), Certificates.toPem(certificate), StandardCharsets.US_ASCII);
  }
}
