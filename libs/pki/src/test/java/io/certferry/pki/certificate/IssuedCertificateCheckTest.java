package io.certferry.pki.certificate;

import static io.certferry.pki.TestPki.ISSUING;
import static io.certferry.pki.TestPki.NOW;
import static io.certferry.pki.TestPki.POLICY;
import static io.certferry.pki.TestPki.ROOT;
import static io.certferry.pki.TestPki.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.pki.Randomness;
import io.certferry.pki.TestPki;
import io.certferry.pki.ca.CaCertificates;
import io.certferry.pki.ca.IssuePlan;
import io.certferry.pki.certificate.Certificates.Validity;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.SigningKey;
import io.certferry.pki.name.DistinguishedName;
import io.certferry.pki.name.SubjectAltName;
import io.certferry.pki.name.SubjectAltName.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IssuedCertificateCheckTest {
  private static final GeneratedKey KEY = TestPki.key(KeySpec.EC_256);
  private static final IssuePlan PLAN = TestPki.plan("zoë", KEY.spki());
  private static final Duration YEAR = Duration.ofDays(365);

  @Test
  void findsNothingInExactlyWhatWasPromised() {
    assertThat(check(PLAN)).isEmpty();
  }

  @Test
  void findsAnotherKey() {
    byte[] other = KeyPairs.generate(KeySpec.EC_256).spki();
    assertThat(check(with(PLAN, "zoë", other))).containsExactly("publicKey");
  }

  @Test
  void findsAnotherSubjectEvenInCase() {
    assertThat(check(with(PLAN, "Zoë", KEY.spki()))).containsExactly("subject");
  }

  @Test
  void findsAMissingAnAddedAndARepeatedAlternativeName() {
    SubjectAltName upn = PLAN.sans().get(0);
    assertThat(check(withSans(List.of(upn)))).containsExactly("subjectAltNames");
    List<SubjectAltName> added = new ArrayList<>(PLAN.sans());
    added.add(new SubjectAltName(Type.DNS, "dc1.contoso.example"));
    assertThat(check(withSans(added))).containsExactly("subjectAltNames");
    assertThat(check(withSans(List.of(upn, PLAN.sans().get(1), upn))))
        .containsExactly("subjectAltNames");
  }

  @Test
  void findsAnotherSetOfExtendedKeyUsages() {
    List<String> more = List.of(ExtendedKeyUsages.CLIENT_AUTH, ExtendedKeyUsages.SMART_CARD_LOGON);
    assertThat(check(withEkus(more))).containsExactly("extendedKeyUsage");
    assertThat(check(withEkus(List.of()))).containsExactly("extendedKeyUsage");
  }

  @Test
  void findsAKeyUsageOfACaAndAMissingOne() {
    assertThat(check(withUsage(Set.of(KeyUsage.DIGITAL_SIGNATURE, KeyUsage.KEY_CERT_SIGN))))
        .containsExactly("keyUsage");
    assertThat(check(withUsage(Set.of(KeyUsage.KEY_AGREEMENT)))).containsExactly("keyUsage");
  }

  @Test
  void findsAMissingAndAnotherSid() {
    assertThat(check(withSid(null))).containsExactly("sid");
    assertThat(check(withSid("S-1-5-21-1004336348-1177238915-682003330-500")))
        .containsExactly("sid");
  }

  @Test
  void findsOneSecondTooMuchAndAStartInTheFuture() {
    Validity exact = new Validity(START, START.plus(YEAR).minusSeconds(1));
    Validity longer = new Validity(START, START.plus(YEAR));
    Validity later = new Validity(NOW.plusSeconds(301), NOW.plusSeconds(3600));
    Validity past = new Validity(START, NOW.minusSeconds(1));
    assertThat(check(withValidity(exact))).isEmpty();
    assertThat(check(withValidity(longer))).containsExactly("validity");
    assertThat(check(withValidity(later))).containsExactly("notBefore");
    assertThat(check(withValidity(past))).contains("notAfter");
  }

  @Test
  void findsACertificateOfAnotherCaWithTheSameName() {
    // Given
    GeneratedKey impostor = KeyPairs.generate(KeySpec.EC_256);
    byte[] foreign =
        CaCertificates.selfSignedRoot(TestPki.name("Test Issuing"), impostor, TestPki.years(5));
    byte[] certificate = CaCertificates.issue(PLAN, SigningKey.of(impostor), foreign);

    // When
    List<Mismatch> mismatches =
        IssuedCertificateCheck.check(certificate, List.of(foreign), expected());

    // Then
    assertThat(mismatches).extracting(Mismatch::field).containsExactly("chain");
  }

  @Test
  void findsACertificateThatAnotherCaBelowTheSameRootIssued() {
    GeneratedKey sibling = KeyPairs.generate(KeySpec.EC_256);
    byte[] siblingCa =
        Certificates.sign(
            Randomness.serialNumber(),
            TestPki.name("Test Policy").der(),
            TestPki.name("Test Issuing").der(),
            TestPki.years(5),
            sibling.spki(),
            List.of(
                CertificateExtensions.authority(0),
                CertificateExtensions.keyUsage(Set.of(KeyUsage.KEY_CERT_SIGN))),
            SigningKey.of(TestPki.POLICY_KEY));
    byte[] certificate = CaCertificates.issue(PLAN, SigningKey.of(sibling), siblingCa);
    assertThat(IssuedCertificateCheck.check(certificate, List.of(siblingCa), expected()))
        .extracting(Mismatch::field)
        .containsExactly("issuerKey");
  }

  @Test
  void findsACaCertificateAndAnUnknownCriticalExtension() {
    List<CertificateExtension> extensions =
        List.of(
            CertificateExtensions.authority(0),
            new CertificateExtension("1.3.6.1.4.1.55555.9", true, new byte[] {5, 0}));
    byte[] certificate =
        Certificates.sign(
            Randomness.serialNumber(),
            TestPki.name("Test Issuing").der(),
            PLAN.subject(),
            PLAN.validity(),
            KEY.spki(),
            extensions,
            SigningKey.of(TestPki.ISSUING_KEY));
    assertThat(IssuedCertificateCheck.check(certificate, List.of(), expected()))
        .extracting(Mismatch::field)
        .contains("basicConstraints", "criticalExtensions", "sid", "subjectAltNames");
  }

  @Test
  void reportsUnreadableBytesAsAMismatch() {
    assertThat(IssuedCertificateCheck.check(new byte[] {1, 2}, List.of(), expected()))
        .extracting(Mismatch::field)
        .containsExactly("certificate");
  }

  private static List<String> check(IssuePlan plan) {
    return IssuedCertificateCheck.check(TestPki.issue(plan), List.of(), expected()).stream()
        .map(Mismatch::field)
        .toList();
  }

  private static ExpectedCertificate expected() {
    return new ExpectedCertificate(
        KEY.spki(),
        DistinguishedName.parse(PLAN.subject()),
        new HashSet<>(PLAN.sans()),
        new HashSet<>(PLAN.ekus()),
        Set.of(KeyUsage.DIGITAL_SIGNATURE),
        PLAN.sid(),
        YEAR,
        List.of(ISSUING, POLICY, ROOT),
        NOW,
        Duration.ofMinutes(5));
  }

  private static IssuePlan with(IssuePlan plan, String commonName, byte[] spki) {
    return copy(
        commonName, spki, plan.sans(), plan.ekus(), plan.keyUsage(), plan.sid(), plan.validity());
  }

  private static IssuePlan withSans(List<SubjectAltName> sans) {
    return copy("zoë", KEY.spki(), sans, PLAN.ekus(), Set.of(), PLAN.sid(), PLAN.validity());
  }

  private static IssuePlan withEkus(List<String> ekus) {
    return copy("zoë", KEY.spki(), PLAN.sans(), ekus, Set.of(), PLAN.sid(), PLAN.validity());
  }

  private static IssuePlan withUsage(Set<KeyUsage> usage) {
    return copy("zoë", KEY.spki(), PLAN.sans(), PLAN.ekus(), usage, PLAN.sid(), PLAN.validity());
  }

  private static IssuePlan withSid(@Nullable String sid) {
    return copy("zoë", KEY.spki(), PLAN.sans(), PLAN.ekus(), Set.of(), sid, PLAN.validity());
  }

  private static IssuePlan withValidity(Validity validity) {
    return copy("zoë", KEY.spki(), PLAN.sans(), PLAN.ekus(), Set.of(), PLAN.sid(), validity);
  }

  private static IssuePlan copy(
      String commonName,
      byte[] spki,
      List<SubjectAltName> sans,
      List<String> ekus,
      Set<KeyUsage> usage,
      @Nullable String sid,
      Validity validity) {
    return new IssuePlan(
        TestPki.name(commonName).der(),
        spki,
        sans,
        ekus,
        usage,
        sid,
        PLAN.templateName(),
        Randomness.serialNumber(),
        validity,
        PLAN.publication());
  }
}
