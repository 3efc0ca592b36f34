package io.certferry.pki.certificate;

import static io.certferry.pki.TestPki.ISSUING;
import static io.certferry.pki.TestPki.NOW;
import static io.certferry.pki.TestPki.POLICY;
import static io.certferry.pki.TestPki.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.pki.Randomness;
import io.certferry.pki.TestPki;
import io.certferry.pki.ca.CaCertificates;
import io.certferry.pki.certificate.Certificates.Validity;
import io.certferry.pki.certificate.ChainVerdict.Invalid;
import io.certferry.pki.certificate.ChainVerdict.Valid;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.SigningKey;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateChainsTest {
  private static final List<byte[]> INTERMEDIATES = List.of(POLICY, ISSUING);
  private static final List<byte[]> ANCHORS = List.of(ROOT);

  @ParameterizedTest
  @ValueSource(strings = {"RSA-2048", "EC-256", "EC-384"})
  void findsThePathFromUnorderedIntermediates(String spec) {
    byte[] leaf = TestPki.leaf(KeySpec.parse(spec));
    ChainVerdict verdict = CertificateChains.verify(leaf, INTERMEDIATES, ANCHORS, NOW);
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Valid.class,
            valid -> {
              assertThat(valid.path()).containsExactly(leaf, ISSUING, POLICY);
              assertThat(valid.anchor()).isEqualTo(ROOT);
            });
  }

  @Test
  void acceptsAnIntermediateAsAnchor() {
    byte[] leaf = TestPki.leaf(KeySpec.EC_256);
    assertThat(CertificateChains.verify(leaf, List.of(), List.of(ISSUING), NOW).isValid()).isTrue();
  }

  @Test
  void refusesAMissingIntermediateAForeignAnchorAndNoAnchor() {
    byte[] leaf = TestPki.leaf(KeySpec.EC_256);
    byte[] foreign =
        CaCertificates.selfSignedRoot(
            TestPki.name("Test Root"), KeyPairs.generate(KeySpec.EC_256), TestPki.years(10));
    assertInvalid(CertificateChains.verify(leaf, List.of(ISSUING), ANCHORS, NOW));
    assertInvalid(CertificateChains.verify(leaf, INTERMEDIATES, List.of(foreign), NOW));
    assertInvalid(CertificateChains.verify(leaf, INTERMEDIATES, List.of(), NOW));
  }

  @Test
  void refusesAnExpiredAndANotYetValidLeaf() {
    byte[] leaf = TestPki.leaf(KeySpec.EC_256);
    Duration years = Duration.ofDays(366);
    assertInvalid(CertificateChains.verify(leaf, INTERMEDIATES, ANCHORS, NOW.plus(years)));
    assertInvalid(CertificateChains.verify(leaf, INTERMEDIATES, ANCHORS, NOW.minusSeconds(3600)));
  }

  @Test
  void refusesALeafThatAnEndEntityIssued() {
    GeneratedKey user = TestPki.key(KeySpec.EC_256);
    byte[] userCertificate = TestPki.leaf(KeySpec.EC_256);
    byte[] forged = signed(user, "device-1", KeyPairs.generate(KeySpec.EC_256).spki());
    assertInvalid(
        CertificateChains.verify(forged, List.of(POLICY, ISSUING, userCertificate), ANCHORS, NOW));
  }

  @Test
  void refusesALeafWithAWeakKey() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", "SunRsaSign");
    generator.initialize(1024);
    byte[] weak = generator.generateKeyPair().getPublic().getEncoded();
    ChainVerdict verdict =
        CertificateChains.verify(
            signed(TestPki.ISSUING_KEY, "Test Issuing", weak), INTERMEDIATES, ANCHORS, NOW);
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Invalid.class, invalid -> assertThat(invalid.reason()).contains("1024"));
  }

  @Test
  void refusesGarbageAsAValue() {
    assertInvalid(CertificateChains.verify(new byte[] {0x30, 0}, INTERMEDIATES, ANCHORS, NOW));
    assertInvalid(CertificateChains.verify(new byte[0], INTERMEDIATES, ANCHORS, NOW));
  }

  private static byte[] signed(GeneratedKey issuer, String issuerName, byte[] spki) {
    return Certificates.sign(
        Randomness.serialNumber(),
        TestPki.name(issuerName).der(),
        TestPki.name("leaf").der(),
        new Validity(TestPki.START, TestPki.START.plusSeconds(3600)),
        spki,
        List.of(CertificateExtensions.keyUsage(Set.of(KeyUsage.DIGITAL_SIGNATURE))),
        SigningKey.of(issuer));
  }

  private static void assertInvalid(ChainVerdict verdict) {
    assertThat(verdict).isInstanceOf(Invalid.class);
  }
}
