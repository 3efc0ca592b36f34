package io.certferry.profile.revocation;

import static io.certferry.profile.Client.TENANT;
import static io.certferry.profile.Client.as;
import static io.certferry.profile.Client.assign;
import static io.certferry.profile.Client.checkIn;
import static io.certferry.profile.Client.create;
import static io.certferry.profile.Client.userProfile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.event.EnrolmentEnded;
import io.certferry.contracts.event.RequestCertificate;
import io.certferry.contracts.event.RequestProgressed;
import io.certferry.contracts.event.RequestState;
import io.certferry.contracts.event.RevocationOrdered;
import io.certferry.contracts.event.RevocationProgressed;
import io.certferry.profile.ServiceTest;
import io.certferry.profile.renewal.RenewalTimer;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What others hear when a certificate is no longer wanted, and what is heard of its revocation. */
@QuarkusTest
class EndedEnrolmentQuarkusTest extends ServiceTest {

  @Inject RenewalTimer timer;

  private UUID profile;
  private RequestCertificate request;

  @BeforeEach
  void installACertificate() {
    profile = create(TENANT, userProfile());
    assign(TENANT, profile, "group", group);
    checkIn(TENANT, checkIn(device, group)).then().statusCode(202);
    request = command(commands(1).get(0));
    progress(RequestState.INSTALLED, 7);
    awaitState("INSTALLED");
  }

  @Test
  void saysThatTheProfileIsUnassigned() {
    // When
    checkIn(TENANT, checkIn(device, "another group")).then().statusCode(202);

    // Then
    assertEnded("profile-unassigned");
    as("auditor", TENANT)
        .get("/api/v1/certificates/" + request.requestId() + "/timeline")
        .then()
        .body("certificate.endedReason", equalTo("profile-unassigned"));
  }

  @Test
  void beginsAnewGenerationWhenTheProfileIsAssignedAgain() {
    // Given
    checkIn(TENANT, checkIn(device, "another group")).then().statusCode(202);
    assertEnded("profile-unassigned");

    // When
    checkIn(TENANT, checkIn(device, group)).then().statusCode(202);

    // Then
    assertThat(grant(commands(2).get(1)).naturalKey().generation()).isEqualTo(2);
  }

  @Test
  void leavesAnotherUsersCertificateAlone() {
    // Given
    ObjectNode other = checkIn(device, "another group");
    other.withObject("/user").put("id", "u2").put("userName", "bob");

    // When
    checkIn(TENANT, other).then().statusCode(202);
    assertThat(commandsInTheEnd()).hasSize(1);

    // Then
    assertThat(ended()).isEmpty();
  }

  @Test
  void saysThatTheProfileIsDeleted() {
    // When
    as("profile-admin", TENANT).delete("/api/v1/profiles/" + profile).then().statusCode(204);
    checkIn(TENANT, checkIn(device, group)).then().statusCode(202);

    // Then
    assertEnded("profile-deleted");
  }

  @Test
  void replacesACertificateWhoseProfileWasEdited() {
    // When
    as("profile-admin", TENANT)
        .body(userProfile().put("subject", "CN={{UserName}},O=Edited").toString())
        .put("/api/v1/profiles/" + profile)
        .then()
        .statusCode(200);
    checkIn(TENANT, checkIn(device, group)).then().statusCode(202);

    // Then
    assertEnded("profile-edited");
    assertThat(grant(commands(2).get(1)).naturalKey().generation()).isEqualTo(2);
  }

  @Test
  void keepsACertificateThatAnEditDoesNotConcern() {
    // When
    as("profile-admin", TENANT)
        .body(userProfile().put("displayName", "Another name").toString())
        .put("/api/v1/profiles/" + profile)
        .then()
        .statusCode(200);
    checkIn(TENANT, checkIn(device, group)).then().statusCode(202);

    // Then
    assertThat(commandsInTheEnd()).hasSize(1);
    assertThat(ended()).isEmpty();
  }

  @Test
  void replacesACertificateWhoseUserWasRenamed() {
    // Given
    ObjectNode renamed = checkIn(device, group);
    renamed.withObject("/user").put("userName", "alice.smith");

    // When
    checkIn(TENANT, renamed).then().statusCode(202);

    // Then
    assertEnded("user-renamed");
    assertThat(grant(commands(2).get(1)).naturalKey().generation()).isEqualTo(2);
  }

  @Test
  void saysThatADeviceWasEnrolledAnew() {
    // Given
    ObjectNode first = checkIn(device, group);
    first.put("enrolmentId", "e1");
    checkIn(TENANT, first).then().statusCode(202);
    ObjectNode second = checkIn(device, group);
    second.put("enrolmentId", "e2");

    // When
    checkIn(TENANT, second).then().statusCode(202);

    // Then
    assertEnded("unenrolled");
    assertThat(grant(commands(2).get(1)).naturalKey().generation()).isEqualTo(2);
  }

  @Test
  void namesEachRequestThatEndsWithItsDevice() {
    // When
    as("mdm", TENANT)
        .body("{\"deviceId\":\"%s\",\"event\":\"wiped\"}".formatted(device.deviceId()))
        .post("/api/v1/lifecycle-events")
        .then()
        .statusCode(202);

    // Then
    assertEnded("wiped");
  }

  @Test
  void showsHowFarARevocationIs() {
    // Given
    UUID revocation = UUID.randomUUID();
    ordered(revocation, "unenrolled");
    progressed(revocation, "unenrolled", "listed", 4);
    progressed(revocation, "unenrolled", "submitted", 2);

    // Then
    awaitRevocation("listed");
    as("auditor", TENANT)
        .get("/api/v1/certificates/" + request.requestId() + "/timeline")
        .then()
        .body("items.step", hasItem("revocation-listed"));
  }

  @Test
  void replacesACompromisedCertificateWithoutACheckIn() {
    // Given
    ordered(UUID.randomUUID(), "key-compromise");
    progress(RequestState.REVOKING, 8);
    awaitState("REVOKING");
    awaitRevocation("ordered");

    // When
    timer.step();

    // Then
    assertThat(grant(commands(2).get(1)).naturalKey().generation()).isEqualTo(2);
  }

  @Test
  void neverReplacesWhatAPersonRevoked() {
    // Given
    ordered(UUID.randomUUID(), "manual");
    progress(RequestState.REVOKED, 8);
    awaitState("REVOKED");
    awaitRevocation("ordered");

    // When
    timer.step();
    checkIn(TENANT, checkIn(device, group)).then().statusCode(202);

    // Then
    assertThat(commandsInTheEnd()).hasSize(1);
  }

  private void assertEnded(String cause) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(ended())
                    .singleElement()
                    .satisfies(
                        end -> {
                          assertThat(end.requestId()).isEqualTo(request.requestId());
                          assertThat(end.naturalKey()).isEqualTo(request.naturalKey());
                          assertThat(end.cause()).isEqualTo(cause);
                        }));
  }

  private List<EnrolmentEnded> ended() {
    return wire
        .all(
            Topics.DEVICE_LIFECYCLE,
            record -> key().equals(record.key()) && type(record).contains("EnrolmentEnded"))
        .stream()
        .map(record -> ContractJson.read(record.value(), EnrolmentEnded.class))
        .toList();
  }

  private void ordered(UUID revocation, String trigger) {
    wire.send(
        Topics.REVOCATIONS,
        TENANT,
        key(),
        new RevocationOrdered(
            revocation,
            request.requestId(),
            request.naturalKey(),
            null,
            null,
            null,
            "unspecified",
            trigger,
            "lifecycle",
            "revoke",
            null,
            Instant.now()));
  }

  private void progressed(UUID revocation, String trigger, String state, int version) {
    wire.send(
        Topics.REVOCATIONS,
        TENANT,
        key(),
        new RevocationProgressed(
            revocation,
            request.requestId(),
            request.naturalKey(),
            null,
            null,
            null,
            trigger,
            state,
            version,
            null,
            null,
            null,
            null,
            null,
            null,
            Instant.now()));
  }

  private void progress(RequestState state, int version) {
    Instant now = Instant.now();
    wire.send(
        Topics.CERTIFICATES,
        TENANT,
        key(),
        new RequestProgressed(
            request.requestId(),
            request.naturalKey(),
            state,
            version,
            null,
            null,
            new CertificateFacts(
                "builtin",
                "CN=Test CA",
                "0a1b",
                "CN=alice",
                now,
                now.plus(Duration.ofDays(365)),
                "cd".repeat(32),
                "ef".repeat(32)),
            now));
  }

  private void awaitState(String state) {
    await("certificate.state", state);
  }

  private void awaitRevocation(String state) {
    await("certificate.revocation.state", state);
  }

  private void await(String path, @Nullable String value) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                as("auditor", TENANT)
                    .get("/api/v1/certificates/" + request.requestId() + "/timeline")
                    .then()
                    .body(path, equalTo(value)));
  }

  private String key() {
    return Keys.device(TENANT, device.deviceId());
  }
}
