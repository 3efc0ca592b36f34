package io.certferry.issuance;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.CaCommand.SubmitCsr;
import io.certferry.contracts.event.CaResult.CertificateDenied;
import io.certferry.contracts.event.PackageReady;
import io.certferry.contracts.event.PackageWithdrawn;
import io.certferry.contracts.event.RequestProgressed;
import io.certferry.contracts.event.RequestState;
import io.certferry.contracts.grant.Grant;
import io.certferry.testkit.Device;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The same command again, under whatever event id, is the same request. */
@QuarkusTest
class RepeatsQuarkusTest extends ServiceTest {

  @Test
  void makesOneRequestOfARepeatedCommand() {
    // Given
    Stories.Story story = stories.request();

    // When
    stories.command(story);
    stories.command(story);
    PackageReady ready = stories.offer(story);
    stories.command(story);
    List<PackageReady> again =
        stories.wire.await(
            PackageReady.class, 2, offered -> offered.requestId().equals(story.requestId()));

    // Then
    assertThat(again).containsOnly(ready);
    assertThat(
            stories.wire.heard(
                SubmitCsr.class, submit -> submit.requestId().equals(story.requestId())))
        .hasSize(1);
    assertThat(count("select count(*) from package where request_id = $1", story.requestId()))
        .isEqualTo(1);
  }

  @Test
  void tellsTheRecordedStateAgainWithItsVersion() {
    // Given
    Stories.Story story = stories.request();
    stories.offer(story);
    RequestProgressed offered = stories.awaitState(story, RequestState.OFFERED);

    // When
    stories.command(story);

    // Then
    List<RequestProgressed> all =
        stories.wire.await(
            RequestProgressed.class,
            2,
            progress ->
                progress.requestId().equals(story.requestId())
                    && progress.state() == RequestState.OFFERED);
    assertThat(all.get(1)).isEqualTo(offered);
  }

  @Test
  void ignoresTheSameEventDeliveredTwice() {
    // Given
    Stories.Story story = stories.request();
    stories.awaitSubmit(story);
    UUID eventId = UUID.randomUUID();
    Object command =
        new io.certferry.contracts.event.RequestCertificate(
            story.requestId(),
            story.naturalKey(),
            story.jws(),
            io.certferry.contracts.Bytes.of(story.device().certificateDer()));
    String key = Keys.device(Stories.TENANT, story.naturalKey().deviceId());

    // When
    stories.wire.send(eventId, Stories.TENANT, Topics.ISSUANCE_REQUESTS, key, command);
    stories.wire.send(eventId, Stories.TENANT, Topics.ISSUANCE_REQUESTS, key, command);
    stories.command(story);

    // Then
    stories.wire.await(
        RequestProgressed.class,
        2,
        progress ->
            progress.requestId().equals(story.requestId())
                && progress.state() == RequestState.SUBMITTING);
    stories.settle();
    assertThat(
            stories.wire.heard(
                RequestProgressed.class,
                progress ->
                    progress.requestId().equals(story.requestId())
                        && progress.state() == RequestState.SUBMITTING))
        .hasSize(3);
  }

  @Test
  void refusesANaturalKeyUnderAnotherRequestId() {
    // Given
    Stories.Story story = stories.request();
    stories.awaitSubmit(story);
    Grant grant = story.grant();
    Grant other =
        new Grant(
            grant.kind(),
            UUID.randomUUID(),
            grant.naturalKey(),
            grant.profileVersion(),
            grant.deviceKeySha256(),
            grant.device(),
            grant.certificate(),
            grant.roots(),
            grant.delivery(),
            grant.renewal(),
            grant.issuedAt(),
            grant.expiresAt());

    // When
    stories.request(story.device(), other);

    // Then
    Wire.DeadLetter letter =
        stories.wire.await(
            Wire.DeadLetter.class,
            dead -> dead.key().equals(Keys.device(Stories.TENANT, story.naturalKey().deviceId())));
    assertThat(letter.reason()).startsWith("natural-key-conflict");
    assertThat(count("select count(*) from request where request_id = $1", other.requestId()))
        .isZero();
  }

  @Test
  void packagesAgainForANewDeviceKeyAndWithdrawsTheOldPackage() {
    // Given
    Stories.Story story = stories.request();
    PackageReady old = stories.offer(story);
    Device renewed = stories.devices.rsa(story.device().deviceId());
    Grant grant =
        Stories.forDevice(story.grant(), renewed, story.grant().issuedAt().plusSeconds(60));

    // When
    stories.request(renewed, grant);

    // Then
    PackageReady fresh =
        stories.wire.await(
            PackageReady.class,
            ready ->
                ready.requestId().equals(story.requestId())
                    && !ready.packageId().equals(old.packageId()));
    assertThat(Stories.open(fresh, renewed).get("generation").asInt()).isEqualTo(1);
    Stories.fetch(old.packageId(), "cms").then().statusCode(410);
    PackageWithdrawn withdrawn =
        stories.wire.await(
            PackageWithdrawn.class, gone -> gone.packageId().equals(old.packageId()));
    assertThat(withdrawn.reason()).isEqualTo("device-key-changed");
    assertThat(
            stories.wire.heard(
                SubmitCsr.class, submit -> submit.requestId().equals(story.requestId())))
        .hasSize(1);
  }

  @Test
  void learnsANewDeviceKeyBeforeThePackageIsMade() {
    // Given
    Stories.Story story = stories.request();
    SubmitCsr submit = stories.awaitSubmit(story);
    Device renewed = stories.devices.ec(story.device().deviceId());
    Stories.Story again =
        stories.request(
            renewed,
            Stories.forDevice(story.grant(), renewed, story.grant().issuedAt().plusSeconds(60)));
    org.awaitility.Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(
                        count(
                            "select count(*) from request_grant where request_id = $1"
                                + " and delivery_grant_jws is not null",
                            story.requestId()))
                    .isEqualTo(1));

    // When
    stories.answer(stories.issued(again, stories.ca.issue(submit.csr().toArray())), again);

    // Then
    assertThat(Stories.open(stories.awaitPackage(again), renewed).has("pkcs12")).isTrue();
  }

  @Test
  void waitsWithAnExpiredGrantAndGoesOnWithTheNewerOneAndTheSameKey() {
    // Given
    Device device = stories.newDevice();
    Instant now = Instant.now();
    Grant expired =
        Stories.signedAt(
            Stories.grant(device, "ios", "18.1"),
            now.minus(Duration.ofDays(2)),
            now.minus(Duration.ofDays(1)));
    Stories.Story story = stories.request(device, expired);
    RequestProgressed keyed = stories.awaitState(story, RequestState.KEYED);
    assertThat(keyed.reason()).isEqualTo("grant-expired");
    String spki = spki(story);

    // When
    Stories.Story again =
        stories.request(device, Stories.signedAt(expired, now, now.plus(Duration.ofDays(1))));

    // Then
    SubmitCsr submit = stories.awaitSubmit(again);
    assertThat(submit.grant()).isEqualTo(again.jws());
    assertThat(spki(story)).isEqualTo(spki);
  }

  @Test
  void goesOnWithANewerGrantAfterAConnectorFoundTheFirstExpired() {
    // Given
    Stories.Story story = stories.request();
    SubmitCsr first = stories.awaitSubmit(story);
    stories.answer(
        new CertificateDenied(
            story.requestId(),
            "builtin",
            story.naturalKey(),
            1,
            "grant-expired",
            "the grant has expired",
            false,
            Instant.now()),
        story);
    stories.awaitState(story, RequestState.KEYED);

    // When
    Instant later = story.grant().issuedAt().plusSeconds(60);
    Stories.Story again =
        stories.request(
            story.device(), Stories.signedAt(story.grant(), later, later.plus(Duration.ofDays(1))));

    // Then
    List<SubmitCsr> submits =
        stories.wire.await(
            SubmitCsr.class, 2, submit -> submit.requestId().equals(story.requestId()));
    assertThat(submits.get(1).grant()).isEqualTo(again.jws());
    assertThat(submits.get(1).csr()).isEqualTo(first.csr());
  }

  private String spki(Stories.Story story) {
    return row("select spki_sha256 from request_key where request_id = $1", story.requestId())
        .getString(0);
  }
}
