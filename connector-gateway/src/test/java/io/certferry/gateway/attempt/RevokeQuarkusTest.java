package io.certferry.gateway.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.event.CaResult;
import io.certferry.contracts.event.CaResult.CertificateIssued;
import io.certferry.contracts.event.CaResult.CertificateRevoked;
import io.certferry.contracts.event.CaResult.RevocationRefused;
import io.certferry.gateway.driver.lying.LyingDriver.RevokeLie;
import io.certferry.gateway.fixture.ByHand;
import io.certferry.gateway.fixture.Forge;
import io.certferry.gateway.fixture.SubmissionDraft;
import io.certferry.messaging.EventIds;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ParsedCertificate;
import io.certferry.testkit.CertferryTestResource;
import io.certferry.testkit.ca.LedgerEntry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Revocation at a CA that is slow, away, forgetful or unable. */
@QuarkusTest
@TestProfile(ByHand.class)
@QuarkusTestResource(
    value = CertferryTestResource.class,
    initArgs = @ResourceArg(name = "service", value = "connector-gateway"))
class RevokeQuarkusTest {

  private static final int CERTIFICATES = 100;
  private static final int HALF_AN_HOUR = 1_800;

  @Inject Desk desk;

  private Forge forge;

  @BeforeEach
  void beginAfresh() {
    forge = Forge.ofTestResource();
    desk.beginAfresh();
    desk.lyingDriver().onRevoke(call -> RevokeLie.NONE);
  }

  @AfterEach
  void tellTheTruthAgain() {
    desk.lyingDriver().onRevoke(call -> RevokeLie.NONE);
  }

  @Test
  void needsAtMostOnePointTwoCallsPerRevocationWhenEveryTenthFails() {
    // Given
    List<SubmissionDraft> drafts = new ArrayList<>();
    for (int i = 0; i < CERTIFICATES; i++) {
      drafts.add(submitted());
    }
    desk.settle();
    Random random = new Random(5);
    List<Boolean> fails = new ArrayList<>();
    for (int i = 0; i < 10 * CERTIFICATES; i++) {
      fails.add(random.nextInt(10) == 0);
    }

    // When
    desk.lyingDriver().onRevoke(call -> fails.get(call) ? RevokeLie.UNAVAILABLE : RevokeLie.NONE);
    drafts.forEach(this::revoke);
    settleUntil(() -> drafts.stream().allMatch(draft -> revocations(draft) == 1));

    // Then
    assertThat(desk.lyingDriver().revokeCalls()).isBetween(CERTIFICATES, CERTIFICATES * 12 / 10);
    assertThat(drafts).allMatch(draft -> revocations(draft) == 1).allMatch(this::isRevokedAtTheCa);
  }

  @Test
  void takesALostAnswerForWhatItWas() {
    // Given
    SubmissionDraft draft = issued();
    desk.lyingDriver().onRevoke(call -> call == 0 ? RevokeLie.DROPPED : RevokeLie.NONE);

    // When
    revoke(draft);
    settleUntil(() -> revocations(draft) == 1);

    // Then
    CertificateRevoked revoked = desk.last(draft.requestId, CertificateRevoked.class);
    assertThat(revoked.already()).isTrue();
    assertThat(desk.lyingDriver().revokeCalls()).isEqualTo(2);
  }

  @Test
  void waitsOutACaThatIsDownForADay() {
    // Given
    SubmissionDraft draft = issued();
    desk.lyingDriver().onRevoke(call -> RevokeLie.UNAVAILABLE);
    revoke(draft);

    // When
    for (int i = 0; i < 48; i++) {
      desk.settle();
      desk.letTimePass(HALF_AN_HOUR);
    }
    int callsWhileDown = desk.lyingDriver().revokeCalls();
    assertThat(revocations(draft)).isZero();
    desk.lyingDriver().onRevoke(call -> RevokeLie.NONE);
    settleUntil(() -> revocations(draft) == 1);

    // Then
    assertThat(callsWhileDown).isBetween(1, 60);
    assertThat(isRevokedAtTheCa(draft)).isTrue();
  }

  @Test
  void saysWhenTheCaCannotRevoke() {
    // Given
    SubmissionDraft draft = issued();
    desk.lyingDriver().onRevoke(call -> RevokeLie.CANNOT);

    // When
    revoke(draft);
    desk.settle();

    // Then
    assertThat(desk.last(draft.requestId, RevocationRefused.class).code())
        .isEqualTo("cannot-revoke");
  }

  @Test
  void answersARepeatedOrderWithoutAskingTheCaAgain() {
    // Given
    SubmissionDraft draft = issued();
    UUID revocationId = EventIds.next();
    revoke(draft, revocationId);
    desk.settle();

    // When
    revoke(draft, revocationId);
    desk.settle();

    // Then
    assertThat(desk.lyingDriver().revokeCalls()).isEqualTo(1);
    assertThat(revocations(draft)).isEqualTo(2);
  }

  private SubmissionDraft submitted() {
    SubmissionDraft draft = forge.draft();
    draft.caId = "lying";
    desk.take(draft);
    return draft;
  }

  private SubmissionDraft issued() {
    SubmissionDraft draft = submitted();
    desk.settle();
    return draft;
  }

  private void revoke(SubmissionDraft draft) {
    revoke(draft, EventIds.next());
  }

  private void revoke(SubmissionDraft draft, UUID revocationId) {
    ParsedCertificate certificate = certificate(draft);
    desk.take(
        draft.tenant,
        draft.revocation(
            revocationId,
            certificate.issuer().toRfc4514(),
            certificate.serialHex(),
            "cessationOfOperation"));
  }

  private ParsedCertificate certificate(SubmissionDraft draft) {
    CertificateIssued issued =
        desk.announced(draft.requestId).stream()
            .filter(CertificateIssued.class::isInstance)
            .map(CertificateIssued.class::cast)
            .findFirst()
            .orElseThrow();
    return Certificates.parse(issued.certificate().toArray());
  }

  /** Time runs on in half hours, and a circuit breaker that opened closes again. */
  private void settleUntil(java.util.concurrent.Callable<Boolean> done) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              desk.settle();
              desk.letTimePass(HALF_AN_HOUR);
              desk.settle();
              return done.call();
            });
  }

  private long revocations(SubmissionDraft draft) {
    List<CaResult> all = desk.announced(draft.requestId);
    return all.stream().filter(CertificateRevoked.class::isInstance).count();
  }

  private boolean isRevokedAtTheCa(SubmissionDraft draft) {
    String serial = certificate(draft).serialHex();
    return desk.lyingCa().ledger().stream()
        .filter(entry -> entry.status() == LedgerEntry.Status.REVOKED)
        .anyMatch(
            entry ->
                entry.certificate() != null
                    && Certificates.parse(entry.certificate().toArray())
                        .serialHex()
                        .equals(serial));
  }
}
