package io.certferry.pki.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import io.certferry.pki.TestPki;
import io.certferry.pki.Tool;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.name.DistinguishedName;
import io.certferry.pki.name.NameTemplate;
import io.certferry.pki.name.SubjectAltName;
import io.certferry.pki.name.SubjectAltName.Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateRequestsTest {
  private static final DistinguishedName SUBJECT =
      NameTemplate.parse("CN={{U}},OU=Sales,C=DE").render(Map.of("U", "Zoë, O=Evil + \"x\" ;#Ωπ"));

  @ParameterizedTest
  @ValueSource(strings = {"RSA-2048", "EC-256", "EC-384"})
  void readsBackEverythingThatThePlanNames(String spec) {
    // Given
    GeneratedKey key = TestPki.key(KeySpec.parse(spec));
    CsrPlan plan = plan();

    // When
    ParsedCsr csr =
        CertificateRequests.parse(CertificateRequests.create(plan, key.spki(), key.pkcs8()));

    // Then
    assertThat(csr.subject()).isEqualTo(plan.subject());
    assertThat(csr.spki()).isEqualTo(key.spki());
    assertThat(csr.sans()).isEqualTo(plan.sans());
    assertThat(csr.ekus()).isEqualTo(plan.ekus());
    assertThat(csr.sid()).isEqualTo(TestPki.SID);
    assertThat(csr.keyUsage())
        .containsExactlyInAnyOrder(
            KeyUsage.DIGITAL_SIGNATURE,
            spec.startsWith("RSA") ? KeyUsage.KEY_ENCIPHERMENT : KeyUsage.KEY_AGREEMENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA-2048", "EC-256"})
  void isVerifiedAndReadByOpenssl(String spec, @TempDir Path directory) throws IOException {
    // Given
    GeneratedKey key = TestPki.key(KeySpec.parse(spec));
    byte[] csr = CertificateRequests.create(plan(), key.spki(), key.pkcs8());
    Files.write(directory.resolve("csr.der"), csr);

    // When
    Tool.Outcome outcome =
        Tool.OPENSSL.run(
            directory,
            "req",
            "-verify",
            "-inform",
            "DER",
            "-in",
            "csr.der",
            "-noout",
            "-text",
            "-nameopt",
            "utf8,sep_multiline,sname");

    // Then
    outcome.assertSucceeded();
    assertThat(outcome.output())
        .contains("verify OK")
        .contains("CN=Zoë, O=Evil + \"x\" ;#Ωπ")
        .contains("Digital Signature")
        .contains("TLS Web Client Authentication")
        .contains("1.3.6.1.4.1.311.25.2")
        .contains("S-1-5-21-1004336348")
        .contains("email:zoe@contoso.example");
  }

  @Test
  void refusesARequestThatIsNotSignedByItsOwnKey() {
    // Given
    GeneratedKey key = TestPki.key(KeySpec.EC_256);
    byte[] csr = CertificateRequests.create(plan(), key.spki(), key.pkcs8());
    byte[] otherKey = KeyPairs.generate(KeySpec.EC_256).spki();

    // When: the public key is exchanged
    int at = indexOf(csr, key.spki());
    System.arraycopy(otherKey, 0, csr, at, otherKey.length);

    // Then
    assertRefused(csr, Reason.INTEGRITY);
  }

  @Test
  void refusesTruncatedAndForeignBytes() {
    GeneratedKey key = TestPki.key(KeySpec.EC_256);
    byte[] csr = CertificateRequests.create(plan(), key.spki(), key.pkcs8());
    assertRefused(Arrays.copyOf(csr, csr.length - 1), Reason.MALFORMED);
    assertRefused(TestPki.ROOT, Reason.MALFORMED);
    assertRefused(new byte[] {0x30, 0}, Reason.MALFORMED);
  }

  @Test
  void refusesASidThatIsNone() {
    GeneratedKey key = TestPki.key(KeySpec.EC_256);
    CsrPlan plan = new CsrPlan(SUBJECT, List.of(), List.of(), Set.of(), "S-1-5-21-x");
    assertThatThrownBy(() -> CertificateRequests.create(plan, key.spki(), key.pkcs8()))
        .isInstanceOf(PkiException.class);
  }

  private static CsrPlan plan() {
    return new CsrPlan(
        SUBJECT,
        List.of(
            new SubjectAltName(Type.UPN, "zoë@contoso.example"),
            new SubjectAltName(Type.EMAIL, "zoe@contoso.example"),
            new SubjectAltName(Type.DNS, "pc1.contoso.example"),
            new SubjectAltName(Type.URI, "urn:device:1"),
            new SubjectAltName(Type.IP, "192.0.2.7")),
        List.of(ExtendedKeyUsages.CLIENT_AUTH, "1.3.6.1.4.1.55555.1"),
        Set.of(),
        TestPki.SID);
  }

  private static void assertRefused(byte[] csr, Reason reason) {
    assertThatThrownBy(() -> CertificateRequests.parse(csr))
        .isInstanceOfSatisfying(
            PkiException.class, e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
  }

  private static int indexOf(byte[] all, byte[] part) {
    for (int i = 0; i + part.length <= all.length; i++) {
      if (Arrays.equals(all, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new AssertionError("not found");
  }
}
