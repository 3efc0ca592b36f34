package io.certferry.issuance;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.CaCommand.SubmitCsr;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.event.RequestCertificate;
import io.certferry.contracts.event.RequestState;
import io.certferry.contracts.grant.Grant;
import io.certferry.contracts.grant.Grant.CertificatePlan;
import io.certferry.contracts.grant.JwsSigner;
import io.certferry.testkit.Device;
import io.quarkus.test.junit.QuarkusTest;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A grant that is not to be believed never leads to a key. */
@QuarkusTest
class BadGrantsQuarkusTest extends ServiceTest {

  @Test
  void buriesATamperedGrant() {
    // Given
    Device device = stories.newDevice();
    Grant grant = Stories.grant(device, "ios", "18.1");
    String[] parts = stories.profileService.sign(grant).split("\\.");
    String payload =
        new String(Base64.getUrlDecoder().decode(parts[1]), java.nio.charset.StandardCharsets.UTF_8)
            .replace("alice", "admin");
    String tampered =
        parts[0]
            + "."
            + Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(payload.getBytes(java.nio.charset.StandardCharsets.UTF_8))
            + "."
            + parts[2];

    // When
    stories.command(new Stories.Story(grant, tampered, device));

    // Then
    assertThatItIsDead(device, grant, "grant-untrusted");
  }

  @Test
  void buriesAGrantOfAStranger() throws Exception {
    // Given
    Device device = stories.newDevice();
    Grant grant = Stories.grant(device, "ios", "18.1");
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair stranger = generator.generateKeyPair();

    // When
    String jws = new JwsSigner(stranger.getPrivate(), stranger.getPublic()).sign(grant);
    stories.command(new Stories.Story(grant, jws, device));

    // Then
    assertThatItIsDead(device, grant, "grant-untrusted");
  }

  @Test
  void buriesAGrantForAnotherDevice() {
    // Given
    Device device = stories.newDevice();
    Grant grant = Stories.grant(device, "ios", "18.1");
    String other = stories.newDevice().deviceId();
    NaturalKey key = grant.naturalKey();
    NaturalKey claimed =
        new NaturalKey(
            key.tenant(), other, key.subject(), key.profileId(), key.item(), key.generation());

    // When
    stories.wire.send(
        Stories.TENANT,
        Topics.ISSUANCE_REQUESTS,
        Keys.device(Stories.TENANT, other),
        new RequestCertificate(
            grant.requestId(),
            claimed,
            stories.profileService.sign(grant),
            Bytes.of(device.certificateDer())));

    // Then
    awaitDeadLetter(other, "grant-mismatch");
  }

  @Test
  void buriesACommandOfAnotherTenantThanItsEnvelope() {
    // Given
    Device device = stories.newDevice();
    Grant grant = Stories.grant(device, "ios", "18.1");

    // When
    stories.wire.send(
        "other",
        Topics.ISSUANCE_REQUESTS,
        Keys.device("other", device.deviceId()),
        new RequestCertificate(
            grant.requestId(),
            grant.naturalKey(),
            stories.profileService.sign(grant),
            Bytes.of(device.certificateDer())));

    // Then
    Wire.DeadLetter letter =
        stories.wire.await(
            Wire.DeadLetter.class, dead -> dead.key().equals("other/" + device.deviceId()));
    assertThat(letter.reason()).startsWith("inconsistent");
    assertThat(count("select count(*) from request where request_id = $1", grant.requestId()))
        .isZero();
  }

  @Test
  void failsWhenTheDeviceHasAnotherKeyThanTheGrantNames() {
    // Given
    Device device = stories.newDevice();
    Device other = stories.devices.ec(device.deviceId());

    // When
    Stories.Story story = stories.request(other, Stories.grant(device, "ios", "18.1"));

    // Then
    assertThatItFailed(story, "device-untrusted");
  }

  @Test
  void failsWhenTheDeviceCertificateIsAForeignCas() {
    // Given
    Device device = stories.devices.fromForeignCa("device-" + UUID.randomUUID());

    // When
    Stories.Story story = stories.request(device, Stories.grant(device, "ios", "18.1"));

    // Then
    assertThatItFailed(story, "device-untrusted");
  }

  @Test
  void failsWhenTheDeviceCertificateNamesAnotherDevice() {
    // Given
    Device device = stories.devices.named("device-" + UUID.randomUUID(), "somebody-else");

    // When
    Stories.Story story = stories.request(device, Stories.grant(device, "ios", "18.1"));

    // Then
    assertThatItFailed(story, "device-untrusted");
  }

  @Test
  void failsWhenTheDeviceCertificateHasExpired() {
    // Given
    Device device = stories.devices.expired("device-" + UUID.randomUUID());

    // When
    Stories.Story story = stories.request(device, Stories.grant(device, "ios", "18.1"));

    // Then
    assertThatItFailed(story, "device-untrusted");
  }

  @Test
  void failsWhenTheGrantAsksForAKeyThatIsNotOffered() {
    // Given
    Device device = stories.newDevice();
    CertificatePlan plan = Stories.plan();
    CertificatePlan weak =
        new CertificatePlan(
            plan.caId(),
            plan.template(),
            plan.subject(),
            plan.subjectAlternativeNames(),
            plan.sid(),
            plan.extendedKeyUsages(),
            "RSA",
            1024,
            plan.validitySeconds());

    // When
    Stories.Story story =
        stories.request(device, Stories.with(Stories.grant(device, "ios", "18.1"), weak));

    // Then
    assertThatItFailed(story, "grant-unusable");
  }

  private void assertThatItFailed(Stories.Story story, String reason) {
    assertThat(stories.awaitState(story, RequestState.FAILED).reason()).isEqualTo(reason);
    assertThat(count("select count(*) from request_key where request_id = $1", story.requestId()))
        .isZero();
    assertThat(
            stories.wire.heard(
                SubmitCsr.class, submit -> submit.requestId().equals(story.requestId())))
        .isEmpty();
  }

  private void assertThatItIsDead(Device device, Grant grant, String reason) {
    awaitDeadLetter(device.deviceId(), reason);
    assertThat(count("select count(*) from request where request_id = $1", grant.requestId()))
        .isZero();
  }

  private void awaitDeadLetter(String deviceId, String reason) {
    Wire.DeadLetter letter =
        stories.wire.await(
            Wire.DeadLetter.class,
            dead -> dead.key().equals(Keys.device(Stories.TENANT, deviceId)));
    assertThat(letter.reason()).startsWith(reason);
  }
}
