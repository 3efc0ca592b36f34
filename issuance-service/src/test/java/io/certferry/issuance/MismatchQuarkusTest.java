package io.certferry.issuance;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.event.CaCommand.RevokeCertificate;
import io.certferry.contracts.event.CaCommand.SubmitCsr;
import io.certferry.contracts.event.CaResult.CertificateRevoked;
import io.certferry.contracts.event.PackageReady;
import io.certferry.contracts.event.RequestProgressed;
import io.certferry.contracts.event.RequestState;
import io.certferry.contracts.grant.CommandAuthorization;
import io.certferry.contracts.grant.JwsKeys;
import io.certferry.pki.ca.IssuePlan;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.Certificates.Validity;
import io.certferry.pki.certificate.ExtendedKeyUsages;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.name.DistinguishedName;
import io.certferry.pki.name.SubjectAltName;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What is not exactly what was granted is never delivered, and is taken back. */
@QuarkusTest
class MismatchQuarkusTest extends ServiceTest {

  private static final TinyCa FOREIGN = new TinyCa("Foreign");

  private interface Answer {
    byte[] to(byte[] csr);
  }

  @TestFactory
  Stream<DynamicTest> quarantinesAndRevokes() {
    return Stream.of(
        lie("mismatch-public-key", changed(p -> with(p, wrongKey(), null, null, null, null))),
        lie("mismatch-subject", changed(p -> with(p, null, subject("bob"), null, null, null))),
        lie(
            "mismatch-subject-alt-names",
            changed(p -> with(p, null, null, plus(p.sans()), null, null))),
        lie(
            "mismatch-subject-alt-names",
            changed(p -> with(p, null, null, p.sans().subList(0, 1), null, null))),
        lie(
            "mismatch-extended-key-usage",
            changed(
                p ->
                    with(
                        p,
                        null,
                        null,
                        null,
                        List.of(ExtendedKeyUsages.CLIENT_AUTH, ExtendedKeyUsages.SERVER_AUTH),
                        null))),
        lie("mismatch-validity", changed(p -> with(p, null, null, null, null, longer(p)))),
        lie("mismatch-sid", changed(MismatchQuarkusTest::withoutSid)));
  }

  private DynamicTest lie(String reason, Answer answer) {
    return DynamicTest.dynamicTest(reason, () -> quarantines(reason, answer));
  }

  private void quarantines(String reason, Answer answer) {
    // Given
    Stories.Story story = stories.request();
    SubmitCsr submit = stories.awaitSubmit(story);
    byte[] certificate = answer.to(submit.csr().toArray());

    // When
    stories.answer(stories.issued(story, certificate), story);

    // Then
    RequestProgressed progress = stories.awaitState(story, RequestState.QUARANTINED);
    assertThat(progress.reason()).isEqualTo(reason);
    RevokeCertificate revoke =
        stories.wire.await(
            RevokeCertificate.class, command -> command.requestId().equals(story.requestId()));
    assertThat(revoke.serial()).isEqualTo(Certificates.parse(certificate).serialHex());
    assertThat(revoke.issuer()).isEqualTo(TinyCa.issuerOf(certificate));
    assertThatItIsSigned(revoke);
    assertThat(
            stories.wire.heard(
                PackageReady.class, ready -> ready.requestId().equals(story.requestId())))
        .isEmpty();
  }

  @Test
  void quarantinesACaCertificate() {
    // Given
    Stories.Story story = stories.request();
    SubmitCsr submit = stories.awaitSubmit(story);

    // When
    byte[] certificate = stories.ca.issueAuthority(submit.csr().toArray());
    stories.answer(stories.issued(story, certificate), story);

    // Then
    assertThat(stories.awaitState(story, RequestState.QUARANTINED).detail())
        .contains("basicConstraints: expected CA:FALSE, found CA:TRUE")
        .contains("keyUsage");
  }

  @Test
  void quarantinesACertificateOfAnotherCa() {
    // Given
    stories.settle();
    Stories.Story story = stories.request();
    SubmitCsr submit = stories.awaitSubmit(story);

    // When
    byte[] certificate = FOREIGN.issue(submit.csr().toArray());
    stories.answer(stories.issued(story, certificate, FOREIGN), story);

    // Then
    assertThat(stories.awaitState(story, RequestState.QUARANTINED).reason())
        .isEqualTo("mismatch-chain");
  }

  @Test
  void quarantinesACertificateThatItsOwnChainDidNotSign() {
    // Given
    stories.settle();
    Stories.Story story = stories.request();
    SubmitCsr submit = stories.awaitSubmit(story);

    // When
    byte[] certificate = FOREIGN.issue(submit.csr().toArray());
    stories.answer(stories.issued(story, certificate), story);

    // Then
    assertThat(stories.awaitState(story, RequestState.QUARANTINED).reason())
        .isEqualTo("mismatch-issuer");
  }

  @Test
  void doesNotRevokeWhatBelongsToAnotherRequest() {
    // Given
    Stories.Story victim = stories.request();
    byte[] certificate = stories.ca.issue(stories.awaitSubmit(victim).csr().toArray());
    stories.answer(stories.issued(victim, certificate), victim);
    stories.awaitPackage(victim);
    Stories.Story story = stories.request();
    stories.awaitSubmit(story);

    // When
    stories.answer(stories.issued(story, certificate), story);

    // Then
    assertThat(stories.awaitState(story, RequestState.QUARANTINED).reason())
        .isEqualTo("mismatch-public-key");
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(
                        count(
                            "select count(*) from audit where action = 'revocation.impossible'"
                                + " and subject = 'request/' || $1::uuid",
                            story.requestId()))
                    .isEqualTo(1));
    assertThat(
            stories.wire.heard(
                RevokeCertificate.class, command -> command.requestId().equals(story.requestId())))
        .isEmpty();
  }

  @Test
  void stopsAskingOnceTheCaHasRevoked() {
    // Given
    Stories.Story story = stories.request();
    SubmitCsr submit = stories.awaitSubmit(story);
    byte[] certificate =
        stories.ca.issue(
            submit.csr().toArray(), p -> with(p, null, subject("mallory"), null, null, null));
    stories.answer(stories.issued(story, certificate), story);
    RevokeCertificate revoke =
        stories.wire.await(
            RevokeCertificate.class, command -> command.requestId().equals(story.requestId()));

    // When
    stories.answer(
        new CertificateRevoked(
            story.requestId(),
            "builtin",
            revoke.revocationId(),
            revoke.issuer(),
            revoke.serial(),
            Instant.now(),
            false),
        story);

    // Then
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(
                        count(
                            "select count(*) from issued where request_id = $1"
                                + " and revoked_at is not null and revoke_due_at is null",
                            story.requestId()))
                    .isEqualTo(1));
  }

  private static void assertThatItIsSigned(RevokeCertificate revoke) {
    CommandAuthorization authorization = verified(revoke.authorization());
    assertThat(authorization.command()).isEqualTo("revoke");
    assertThat(authorization.serial()).isEqualTo(revoke.serial());
    assertThat(authorization.issuer()).isEqualTo(revoke.issuer());
  }

  private static CommandAuthorization verified(String jws) {
    try {
      Path keys =
          Path.of(Stories.config("certferry.command.signing-key"))
              .resolveSibling("command-verification.pem");
      return JwsKeys.verifier(Files.readString(keys)).command(jws);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Answer changed(java.util.function.UnaryOperator<IssuePlan> change) {
    return csr -> stories.ca.issue(csr, change);
  }

  private static byte[] wrongKey() {
    return KeyPairs.generate(KeySpec.EC_256).spki();
  }

  private static byte[] subject(String name) {
    return DistinguishedName.ofCommonName(name).der();
  }

  private static List<SubjectAltName> plus(List<SubjectAltName> sans) {
    List<SubjectAltName> more = new ArrayList<>(sans);
    more.add(new SubjectAltName(SubjectAltName.Type.UPN, "administrator@contoso.test"));
    return more;
  }

  private static Validity longer(IssuePlan plan) {
    Instant begin = plan.validity().notBefore();
    return new Validity(begin, begin.plus(Duration.ofDays(365)).plusSeconds(1));
  }

  private static IssuePlan withoutSid(IssuePlan p) {
    return new IssuePlan(
        p.subject(),
        p.spki(),
        p.sans(),
        p.ekus(),
        p.keyUsage(),
        null,
        p.templateName(),
        p.serial(),
        p.validity(),
        p.publication());
  }

  private static IssuePlan with(
      IssuePlan p,
      byte @Nullable [] spki,
      byte @Nullable [] subject,
      @Nullable List<SubjectAltName> sans,
      @Nullable List<String> ekus,
      @Nullable Validity validity) {
    return new IssuePlan(
        subject == null ? p.subject() : subject,
        spki == null ? p.spki() : spki,
        sans == null ? p.sans() : sans,
        ekus == null ? p.ekus() : ekus,
        p.keyUsage(),
        p.sid(),
        p.templateName(),
        p.serial(),
        validity == null ? p.validity() : validity,
        p.publication());
  }
}
