package io.certferry.issuance;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.event.CaCommand.QueryRequest;
import io.certferry.contracts.event.CaCommand.RevokeCertificate;
import io.certferry.contracts.event.CaCommand.SubmitCsr;
import io.certferry.contracts.event.CaResult.CertificateDenied;
import io.certferry.contracts.event.CaResult.CertificateIssued;
import io.certferry.contracts.event.CaResult.CertificatePending;
import io.certferry.contracts.event.CaResult.CertificateRevoked;
import io.certferry.contracts.event.CaResult.OutcomeUnknown;
import io.certferry.contracts.event.PackageReady;
import io.certferry.contracts.event.RequestState;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What connectors answer, in every order and as often as they like. */
@QuarkusTest
class ResultsQuarkusTest extends ServiceTest {

  @Test
  void deniesForGoodAndDestroysTheKey() {
    // Given
    Stories.Story story = stories.request();
    stories.awaitSubmit(story);

    // When
    stories.answer(denied(story, "denied-by-ca"), story);

    // Then
    var progress = stories.awaitState(story, RequestState.DENIED);
    assertThat(progress.reason()).isEqualTo("denied-by-ca");
    Awaitility.await().untilAsserted(() -> assertThat(wrappedKeys(story)).isZero());
  }

  @Test
  void waitsForAManagerAndThenDelivers() {
    // Given
    Stories.Story story = stories.request();
    SubmitCsr submit = stories.awaitSubmit(story);
    stories.answer(pending(story), story);
    stories.awaitState(story, RequestState.PENDING_AT_CA);

    // When
    stories.answer(stories.issued(story, stories.ca.issue(submit.csr().toArray())), story);

    // Then
    assertThat(stories.awaitPackage(story).kind()).isEqualTo("pkcs");
  }

  @Test
  void asksAfterAPendingRequestWithoutSubmittingAgain() {
    // Given
    Stories.Story story = stories.request();
    stories.awaitSubmit(story);
    stories.answer(pending(story), story);
    stories.awaitState(story, RequestState.PENDING_AT_CA);

    // When
    overdue(story);

    // Then
    stories.wire.await(QueryRequest.class, query -> query.requestId().equals(story.requestId()));
    assertThat(submits(story)).hasSize(1);
  }

  @Test
  void submitsTheSameCsrAgainWhenNoAnswerComes() {
    // Given
    Stories.Story story = stories.request();
    SubmitCsr first = stories.awaitSubmit(story);

    // When
    overdue(story);

    // Then
    List<SubmitCsr> submits =
        stories.wire.await(
            SubmitCsr.class, 2, submit -> submit.requestId().equals(story.requestId()));
    assertThat(submits.get(1).csr()).isEqualTo(first.csr());
    assertThat(submits.get(1).grant()).isEqualTo(first.grant());
    assertThat(
            stories.wire.heard().stream()
                .filter(heard -> heard.payload() instanceof SubmitCsr)
                .filter(heard -> heard.key().equals(story.requestId().toString()))
                .map(Wire.Heard::eventId)
                .distinct())
        .hasSize(2);
  }

  @Test
  void keepsAnUnknownOutcomeUntilTheCertificateIsFound() {
    // Given
    Stories.Story story = stories.request();
    SubmitCsr submit = stories.awaitSubmit(story);
    stories.answer(
        new OutcomeUnknown(
            story.requestId(),
            "builtin",
            story.naturalKey(),
            1,
            "timeout",
            "the CA did not answer",
            Instant.now()),
        story);
    assertThat(stories.awaitState(story, RequestState.UNKNOWN_AT_CA).reason()).isEqualTo("timeout");

    // When
    stories.answer(stories.issued(story, stories.ca.issue(submit.csr().toArray())), story);

    // Then
    assertThat(stories.awaitPackage(story).requestId()).isEqualTo(story.requestId());
  }

  @Test
  void makesOnePackageOfARepeatedResult() {
    // Given
    Stories.Story story = stories.request();
    SubmitCsr submit = stories.awaitSubmit(story);
    CertificateIssued issued = stories.issued(story, stories.ca.issue(submit.csr().toArray()));

    // When
    stories.answer(issued, story);
    stories.answer(issued, story);
    stories.answer(pending(story), story);
    stories.answer(denied(story, "denied-by-ca"), story);
    stories.awaitPackage(story);
    stories.answer(issued, story);
    stories.settle();

    // Then
    assertThat(
            stories.wire.heard(
                PackageReady.class, ready -> ready.requestId().equals(story.requestId())))
        .hasSize(1);
    assertThat(state(story)).isEqualTo("OFFERED");
    assertThat(revocations(story)).isEmpty();
  }

  @Test
  void revokesASecondCertificateForTheSameRequest() {
    // Given
    Stories.Story story = stories.request();
    SubmitCsr submit = stories.awaitSubmit(story);
    stories.answer(stories.issued(story, stories.ca.issue(submit.csr().toArray())), story);
    stories.awaitPackage(story);

    // When
    byte[] second = stories.ca.issue(submit.csr().toArray());
    stories.answer(stories.issued(story, second), story);

    // Then
    RevokeCertificate revoke =
        stories.wire.await(
            RevokeCertificate.class, command -> command.requestId().equals(story.requestId()));
    assertThat(revoke.serial())
        .isEqualTo(io.certferry.pki.certificate.Certificates.parse(second).serialHex());
    assertThat(state(story)).isEqualTo("OFFERED");
  }

  @Test
  void neverDropsACertificateThatComesAfterTheEnd() {
    for (String end : List.of("CANCELLED", "FAILED", "DENIED")) {
      // Given
      Stories.Story story = stories.request();
      SubmitCsr submit = stories.awaitSubmit(story);
      change(
          "update request set stage = null, state = '" + end + "' where request_id = $1",
          story.requestId());

      // When
      stories.answer(stories.issued(story, stories.ca.issue(submit.csr().toArray())), story);

      // Then
      stories.wire.await(
          RevokeCertificate.class, command -> command.requestId().equals(story.requestId()));
      assertThat(
              count(
                  "select count(*) from issued where request_id = $1 and verdict = 'LATE'",
                  story.requestId()))
          .isEqualTo(1);
      assertThat(state(story)).isEqualTo(end);
    }
  }

  @Test
  void keepsTheCertificateOfAnUnknownRequestAsEvidence() {
    // Given
    Stories.Story story = stories.request();
    SubmitCsr submit = stories.awaitSubmit(story);
    byte[] certificate = stories.ca.issue(submit.csr().toArray());
    UUID unknown = UUID.randomUUID();

    // When
    CertificateIssued issued = stories.issued(story, certificate);
    stories.answer(
        new CertificateIssued(
            unknown,
            issued.caId(),
            issued.naturalKey(),
            1,
            null,
            issued.certificate(),
            issued.chain(),
            false,
            false,
            Instant.now()),
        story);

    // Then
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(
                        count(
                            "select count(*) from issued where request_id = $1"
                                + " and verdict = 'ORPHAN'",
                            unknown))
                    .isEqualTo(1));
  }

  @Test
  void stopsDeliveringWhatIsRevoked() {
    // Given
    Stories.Story story = stories.request();
    PackageReady ready = stories.offer(story);
    var offered = stories.awaitState(story, RequestState.OFFERED).certificate();
    assertThat(offered).isNotNull();

    // When
    stories.answer(
        new CertificateRevoked(
            story.requestId(),
            "builtin",
            UUID.randomUUID(),
            offered.issuer(),
            offered.serial(),
            Instant.now(),
            false),
        story);

    // Then
    stories.awaitState(story, RequestState.REVOKED);
    Stories.fetch(ready.packageId(), "cms").then().statusCode(410);
    Awaitility.await().untilAsserted(() -> assertThat(wrappedKeys(story)).isZero());
  }

  private CertificateDenied denied(Stories.Story story, String code) {
    return new CertificateDenied(
        story.requestId(),
        "builtin",
        story.naturalKey(),
        1,
        code,
        "the CA said no",
        true,
        Instant.now());
  }

  private static CertificatePending pending(Stories.Story story) {
    return new CertificatePending(
        story.requestId(), "builtin", story.naturalKey(), 1, "17", Instant.now());
  }

  private void overdue(Stories.Story story) {
    change("update request set next_attempt_at = now() where request_id = $1", story.requestId());
  }

  private List<SubmitCsr> submits(Stories.Story story) {
    return stories.wire.heard(
        SubmitCsr.class, submit -> submit.requestId().equals(story.requestId()));
  }

  private List<RevokeCertificate> revocations(Stories.Story story) {
    return stories.wire.heard(
        RevokeCertificate.class, command -> command.requestId().equals(story.requestId()));
  }

  private String state(Stories.Story story) {
    return row("select state from request where request_id = $1", story.requestId()).getString(0);
  }

  private long wrappedKeys(Stories.Story story) {
    return count(
        "select count(*) from request_key where request_id = $1 and wrapped is not null",
        story.requestId());
  }
}
