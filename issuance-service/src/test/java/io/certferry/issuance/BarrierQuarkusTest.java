package io.certferry.issuance;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.CaCommand.QueryRequest;
import io.certferry.contracts.event.CaCommand.RevokeCertificate;
import io.certferry.contracts.event.CaCommand.SubmitCsr;
import io.certferry.contracts.event.CaResult.CertificateDenied;
import io.certferry.contracts.event.CaResult.CertificateRevoked;
import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.event.PackageReady;
import io.certferry.contracts.event.PackageWithdrawn;
import io.certferry.contracts.event.RemovalRequested;
import io.certferry.contracts.event.RequestProgressed;
import io.certferry.contracts.event.RequestState;
import io.certferry.contracts.event.RevocationOrdered;
import io.certferry.testkit.Device;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The barrier: after it nothing is delivered, and a certificate in flight is not forgotten. */
@QuarkusTest
class BarrierQuarkusTest extends ServiceTest {

  @Test
  void withdrawsWhatIsOfferedAndTellsItsCertificate() {
    // Given
    Stories.Story story = stories.request();
    PackageReady ready = stories.offer(story);
    CertificateFacts offered = stories.awaitState(story, RequestState.OFFERED).certificate();

    // When
    order(story, "revoke", null);

    // Then
    RequestProgressed barred = stories.awaitState(story, RequestState.REVOKING);
    assertThat(barred.certificate()).isEqualTo(offered);
    assertThat(barred.platform()).isEqualTo("ios");
    Stories.fetch(ready.packageId(), "cms").then().statusCode(410);
    PackageWithdrawn withdrawn =
        stories.wire.await(
            PackageWithdrawn.class, gone -> gone.requestId().equals(story.requestId()));
    assertThat(withdrawn.reason()).isEqualTo("revoked");
    RemovalRequested removal = removals(story, 1).get(0);
    assertThat(removal.packageId()).isEqualTo(ready.packageId());
    assertThat(removal.reason()).isEqualTo("unenrolled");
    Awaitility.await().untilAsserted(() -> assertThat(wrappedKeys(story)).isZero());
  }

  @Test
  void cancelsWhatIsOnlyRemovedAndKnowsIfItIsRevokedLater() {
    // Given
    Stories.Story story = stories.request();
    PackageReady ready = stories.offer(story);
    Stories.acknowledge(ready.packageId(), "{\"outcome\":\"installed\"}").then().statusCode(204);
    stories.awaitState(story, RequestState.INSTALLED);

    // When
    order(story, "remove", null);

    // Then
    CertificateFacts removed =
        Objects.requireNonNull(stories.awaitState(story, RequestState.CANCELLED).certificate());
    Stories.fetch(ready.packageId(), "cms").then().statusCode(410);
    removals(story, 1);

    // When
    stories.answer(revoked(story, removed), story);

    // Then
    stories.awaitState(story, RequestState.REVOKED);
  }

  @Test
  void asksForNoRemovalWhereNoneIsWanted() {
    // Given
    Stories.Story story = stories.request();
    stories.offer(story);

    // When
    order(story, "revoke", false);
    stories.awaitState(story, RequestState.REVOKING);
    stories.settle();

    // Then
    assertThat(
            stories.wire.heard(
                RemovalRequested.class, removal -> removal.requestId().equals(story.requestId())))
        .isEmpty();
  }

  @Test
  void cancelsTheDeliveryOfARootWhichNobodyRevokes() {
    // Given
    Device device = stories.newDevice();
    Stories.Story roots = stories.request(device, stories.rootsGrant(device, "ios"));
    PackageReady ready = stories.awaitPackage(roots);

    // When
    order(roots, "remove", null);

    // Then
    stories.awaitState(roots, RequestState.CANCELLED);
    Stories.fetch(ready.packageId(), "cms").then().statusCode(410);
    assertThat(removals(roots, 1).get(0).packageId()).isEqualTo(ready.packageId());
  }

  @Test
  void cancelsWhatNoCaHasHeardOf() {
    // Given
    Stories.Story story = stories.request();
    stories.awaitSubmit(story);
    change(
        "update request set state = 'KEYED', stage = null where request_id = $1",
        story.requestId());

    // When
    order(story, "revoke", null);

    // Then
    RequestProgressed cancelled = stories.awaitState(story, RequestState.CANCELLED);
    assertThat(cancelled.reason()).isEqualTo("revoked");
    assertThat(cancelled.certificate()).isNull();
  }

  @Test
  void neverPackagesACertificateThatArrivesAfterTheBarrier() {
    // Given
    Stories.Story story = stories.request();
    SubmitCsr submit = stories.awaitSubmit(story);
    order(story, "revoke", null);
    assertThat(stories.awaitState(story, RequestState.REVOKING).certificate()).isNull();

    // When
    stories.answer(stories.issued(story, stories.ca.issue(submit.csr().toArray())), story);

    // Then
    RequestProgressed report = barredWithCertificate(story);
    assertThat(report.version())
        .isGreaterThan(states(story, RequestState.REVOKING).get(0).version());
    stories.settle();
    assertThat(
            stories.wire.heard(
                PackageReady.class, ready -> ready.requestId().equals(story.requestId())))
        .isEmpty();
    assertThat(verdicts(story, "BARRED")).isEqualTo(1);
    assertThat(ownRevocations(story)).isEmpty();
  }

  @Test
  void isRevokedOnceSomebodysRevocationOfTheLateCertificateIsAnswered() {
    // Given
    Stories.Story story = stories.request();
    SubmitCsr submit = stories.awaitSubmit(story);
    order(story, "revoke", null);
    stories.awaitState(story, RequestState.REVOKING);
    stories.answer(stories.issued(story, stories.ca.issue(submit.csr().toArray())), story);
    CertificateFacts late = Objects.requireNonNull(barredWithCertificate(story).certificate());

    // When
    stories.answer(revoked(story, late), story);

    // Then
    stories.awaitState(story, RequestState.REVOKED);
    assertThat(
            count(
                "select count(*) from issued where request_id = $1 and revoke_due_at is not null",
                story.requestId()))
        .isZero();
  }

  @Test
  void revokesALateCertificateByItselfWhenNobodyElseDoes() {
    // Given
    Stories.Story story = stories.request();
    SubmitCsr submit = stories.awaitSubmit(story);
    order(story, "revoke", null);
    stories.awaitState(story, RequestState.REVOKING);
    stories.answer(stories.issued(story, stories.ca.issue(submit.csr().toArray())), story);
    CertificateFacts late = Objects.requireNonNull(barredWithCertificate(story).certificate());

    // When
    change("update issued set revoke_due_at = now() where request_id = $1", story.requestId());

    // Then
    RevokeCertificate revoke =
        stories.wire.await(
            RevokeCertificate.class, command -> command.requestId().equals(story.requestId()));
    assertThat(revoke.serial()).isEqualTo(late.serial());
  }

  @Test
  void tellsNobodyThatACertificateForAnotherKeyWasTheRequests() {
    // Given
    Stories.Story other = stories.request();
    SubmitCsr others = stories.awaitSubmit(other);
    Stories.Story story = stories.request();
    stories.awaitSubmit(story);
    order(story, "revoke", null);
    stories.awaitState(story, RequestState.REVOKING);

    // When
    stories.answer(stories.issued(story, stories.ca.issue(others.csr().toArray())), story);

    // Then
    Awaitility.await().untilAsserted(() -> assertThat(verdicts(story, "LATE")).isEqualTo(1));
    stories.settle();
    assertThat(states(story, RequestState.REVOKING))
        .allSatisfy(report -> assertThat(report.certificate()).isNull());
  }

  @Test
  void asksAfterACertificateThatIsStillAwaitedAndEndsWhenTheCaDenies() {
    // Given
    Stories.Story story = stories.request();
    stories.awaitSubmit(story);
    order(story, "revoke", null);
    stories.awaitState(story, RequestState.REVOKING);

    // When
    stories.wire.await(QueryRequest.class, query -> query.requestId().equals(story.requestId()));
    stories.answer(
        new CertificateDenied(
            story.requestId(),
            "builtin",
            story.naturalKey(),
            1,
            "denied-by-ca",
            "the CA said no",
            true,
            Instant.now()),
        story);

    // Then
    assertThat(stories.awaitState(story, RequestState.REVOKED).certificate()).isNull();
    assertThat(
            stories.wire.heard(
                SubmitCsr.class, submit -> submit.requestId().equals(story.requestId())))
        .hasSize(1);
  }

  @Test
  void answersARepeatedOrderWithWhatIsRecorded() {
    // Given
    Stories.Story story = stories.request();
    stories.offer(story);
    order(story, "revoke", null);
    RequestProgressed first = stories.awaitState(story, RequestState.REVOKING);

    // When
    order(story, "revoke", null);

    // Then
    List<RequestProgressed> all =
        stories.wire.await(
            RequestProgressed.class,
            2,
            report ->
                report.requestId().equals(story.requestId())
                    && report.state() == RequestState.REVOKING);
    assertThat(all.get(1)).isEqualTo(first);
  }

  @Test
  void answersWithTheEndThatARequestHadBefore() {
    // Given
    Stories.Story story = stories.request();
    stories.awaitSubmit(story);
    stories.answer(
        new CertificateDenied(
            story.requestId(),
            "builtin",
            story.naturalKey(),
            1,
            "denied-by-ca",
            "the CA said no",
            true,
            Instant.now()),
        story);
    stories.awaitState(story, RequestState.DENIED);

    // When
    order(story, "revoke", null);

    // Then
    List<RequestProgressed> all =
        stories.wire.await(
            RequestProgressed.class,
            2,
            report ->
                report.requestId().equals(story.requestId())
                    && report.state() == RequestState.DENIED);
    assertThat(all.get(1).version()).isEqualTo(all.get(0).version());
  }

  @Test
  void findsTheRequestByItsNaturalKey() {
    // Given
    Stories.Story story = stories.request();
    stories.offer(story);

    // When
    send(story, null, story.naturalKey(), "revoke", null);

    // Then
    assertThat(stories.awaitState(story, RequestState.REVOKING).certificate()).isNotNull();
  }

  @Test
  void ignoresAnOrderWhoseNaturalKeyIsNotTheRequests() {
    // Given
    Stories.Story story = stories.request();
    stories.offer(story);
    NaturalKey key = story.naturalKey();
    NaturalKey other =
        new NaturalKey(
            key.tenant(),
            key.deviceId(),
            key.subject(),
            UUID.randomUUID(),
            key.item(),
            key.generation());

    // When
    send(story, story.requestId(), other, "revoke", null);
    Stories.Story sentinel =
        stories.request(story.device(), Stories.grant(story.device(), "ios", "18.1"));
    stories.offer(sentinel);
    order(sentinel, "revoke", null);
    stories.awaitState(sentinel, RequestState.REVOKING);

    // Then
    assertThat(states(story, RequestState.REVOKING)).isEmpty();
  }

  private static CertificateRevoked revoked(Stories.Story story, CertificateFacts certificate) {
    return new CertificateRevoked(
        story.requestId(),
        "builtin",
        UUID.randomUUID(),
        certificate.issuer(),
        certificate.serial(),
        Instant.now(),
        false);
  }

  private void order(Stories.Story story, String action, @Nullable Boolean removeFromDevice) {
    send(story, story.requestId(), story.naturalKey(), action, removeFromDevice);
  }

  private void send(
      Stories.Story story,
      @Nullable UUID requestId,
      NaturalKey key,
      String action,
      @Nullable Boolean removeFromDevice) {
    stories.wire.send(
        Stories.TENANT,
        Topics.REVOCATIONS,
        Keys.device(Stories.TENANT, story.naturalKey().deviceId()),
        new RevocationOrdered(
            UUID.randomUUID(),
            requestId,
            key,
            null,
            null,
            null,
            "cessationOfOperation",
            "unenrolled",
            "lifecycle",
            action,
            removeFromDevice,
            Instant.now()));
  }

  private RequestProgressed barredWithCertificate(Stories.Story story) {
    return stories.wire.await(
        RequestProgressed.class,
        report ->
            report.requestId().equals(story.requestId())
                && report.state() == RequestState.REVOKING
                && report.certificate() != null);
  }

  private List<RequestProgressed> states(Stories.Story story, RequestState state) {
    return stories.wire.heard(
        RequestProgressed.class,
        report -> report.requestId().equals(story.requestId()) && report.state() == state);
  }

  private List<RemovalRequested> removals(Stories.Story story, int count) {
    return stories.wire.await(
        RemovalRequested.class, count, removal -> removal.requestId().equals(story.requestId()));
  }

  private List<RevokeCertificate> ownRevocations(Stories.Story story) {
    return stories.wire.heard(
        RevokeCertificate.class, command -> command.requestId().equals(story.requestId()));
  }

  private long verdicts(Stories.Story story, String verdict) {
    return count(
        "select count(*) from issued where request_id = $1 and verdict = '" + verdict + "'",
        story.requestId());
  }

  private long wrappedKeys(Stories.Story story) {
    return count(
        "select count(*) from request_key where request_id = $1 and wrapped is not null",
        story.requestId());
  }
}
