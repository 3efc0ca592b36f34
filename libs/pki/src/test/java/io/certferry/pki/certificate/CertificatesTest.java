package io.certferry.pki.certificate;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.pki.PkiException;
import io.certferry.pki.TestPki;
import io.certferry.pki.Tool;
import io.certferry.pki.ca.IssuePlan;
import io.certferry.pki.key.KeySpec;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificatesTest {
  @Test
  void readsEverythingThatWasIssued() {
    // Given
    IssuePlan plan = TestPki.plan("device-1", TestPki.key(KeySpec.RSA_2048).spki());

    // When
    ParsedCertificate parsed = Certificates.parse(TestPki.issue(plan));

    // Then
    assertThat(parsed.serial()).isEqualTo(plan.serial());
    assertThat(parsed.subject().commonName()).contains("device-1");
    assertThat(parsed.issuer()).isEqualTo(TestPki.name("Test Issuing"));
    assertThat(parsed.notBefore()).isEqualTo(plan.validity().notBefore());
    assertThat(parsed.notAfter()).isEqualTo(plan.validity().notAfter());
    assertThat(parsed.keyAlgorithm() + parsed.keySize()).isEqualTo("RSA2048");
    assertThat(parsed.isCa()).isFalse();
    assertThat(parsed.sans()).isEqualTo(plan.sans());
    assertThat(parsed.ekus()).isEqualTo(plan.ekus());
    assertThat(parsed.keyUsage())
        .containsExactlyInAnyOrder(KeyUsage.DIGITAL_SIGNATURE, KeyUsage.KEY_ENCIPHERMENT);
    assertThat(parsed.sid()).isEqualTo(TestPki.SID);
    assertThat(parsed.templateName()).isEqualTo("CertferryUser");
    assertThat(parsed.crlUrls()).containsExactly("http://127.0.0.1/crl");
    assertThat(parsed.authorityKeyIdentifier())
        .isEqualTo(Certificates.parse(TestPki.ISSUING).subjectKeyIdentifier());
  }

  @Test
  void tellsThePathLengthOfACa() {
    assertThat(Certificates.parse(TestPki.ROOT).pathLength()).isEqualTo(OptionalInt.empty());
    assertThat(Certificates.parse(TestPki.POLICY).pathLength()).isEqualTo(OptionalInt.of(1));
    assertThat(Certificates.parse(TestPki.ISSUING).pathLength()).isEqualTo(OptionalInt.of(0));
  }

  @Test
  void givesThumbprintsAndSerialAsOpensslDoes(@TempDir Path directory) throws IOException {
    // Given
    byte[] leaf = TestPki.leaf(KeySpec.EC_256);
    ParsedCertificate parsed = Certificates.parse(leaf);
    Files.write(directory.resolve("leaf.der"), leaf);

    // When
    String output =
        Tool.OPENSSL
            .run(
                directory,
                "x509",
                "-inform",
                "DER",
                "-in",
                "leaf.der",
                "-noout",
                "-fingerprint",
                "-sha256",
                "-serial")
            .assertSucceeded()
            .output();

    // Then
    String plain = output.replace(":", "").toLowerCase(Locale.ROOT);
    assertThat(plain).contains(parsed.sha256()).contains("serial=" + parsed.serialHex());
  }

  @Test
  void readsPemWithTextAroundIt() {
    byte[] leaf = TestPki.leaf(KeySpec.EC_256);
    String pem = "subject=x\r\n" + Certificates.toPem(leaf).replace("\n", "\r\n");
    assertThat(Certificates.parse(pem.getBytes(US_ASCII)).der()).isEqualTo(leaf);
    String both = Certificates.toPem(leaf) + Certificates.toPem(TestPki.ROOT);
    assertThat(Certificates.fromPem(both.getBytes(US_ASCII)))
        .containsExactlyElementsOf(List.of(leaf, TestPki.ROOT));
    assertThatThrownBy(() -> Certificates.parse(both.getBytes(US_ASCII)))
        .isInstanceOf(PkiException.class)
        .hasMessageContaining("2");
  }

  @Test
  void writesSerialsInWholeOctets() {
    assertThat(ParsedCertificate.serialHex(BigInteger.valueOf(0xabc))).isEqualTo("0abc");
    assertThat(ParsedCertificate.serialHex(BigInteger.valueOf(0xff))).isEqualTo("ff");
  }

  @Test
  void refusesWhatIsNoCertificate() {
    for (byte[] bytes : List.of(new byte[0], new byte[] {0x30, 0}, "PEM".getBytes(US_ASCII))) {
      assertThatThrownBy(() -> Certificates.parse(bytes)).isInstanceOf(PkiException.class);
    }
  }
}
