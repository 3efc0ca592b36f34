package io.certferry.profile.enrolment;

import static io.certferry.profile.Client.OTHER_TENANT;
import static io.certferry.profile.Client.TENANT;
import static io.certferry.profile.Client.as;
import static io.certferry.profile.Client.assign;
import static io.certferry.profile.Client.checkIn;
import static io.certferry.profile.Client.create;
import static io.certferry.profile.Client.userProfile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;

import io.certferry.contracts.Headers;
import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.event.DeviceStatusReported;
import io.certferry.contracts.event.PackageReady;
import io.certferry.contracts.event.RequestCertificate;
import io.certferry.contracts.event.RequestProgressed;
import io.certferry.contracts.event.RequestState;
import io.certferry.contracts.grant.Grant;
import io.certferry.profile.ServiceTest;
import io.certferry.profile.Wire;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class EnrolmentQuarkusTest extends ServiceTest {

  @Inject Pool pool;

  private UUID profile;
  private RequestCertificate request;

  @BeforeEach
  void askForACertificate() {
    profile = create(TENANT, userProfile());
    assign(TENANT, profile, "group", group);
    checkIn(TENANT, checkIn(device, group)).then().statusCode(202);
    request = command(commands(1).get(0));
  }

  @Test
  void followsTheRequestAndShowsItsWay() {
    // Given
    UUID packageId = UUID.randomUUID();
    Instant now = Instant.now();

    // When
    progress(RequestState.ISSUED, 4, facts(now, now.plus(Duration.ofDays(365))));
    wire.send(
        Topics.CERTIFICATES,
        TENANT,
        key(),
        new PackageReady(
            packageId,
            request.requestId(),
            request.naturalKey(),
            "pkcs",
            List.of("cms"),
            "ab".repeat(32),
            2000,
            now));
    progress(RequestState.OFFERED, 6, facts(now, now.plus(Duration.ofDays(365))));
    awaitState("OFFERED");
    as("mdm", TENANT)
        .body(
            "{\"deviceId\":\"%s\",\"packageId\":\"%s\",\"outcome\":\"installed\"}"
                .formatted(device.deviceId(), packageId))
        .post("/api/v1/status-reports")
        .then()
        .statusCode(202);

    // Then
    as("auditor", TENANT)
        .get("/api/v1/certificates/" + request.requestId() + "/timeline")
        .then()
        .statusCode(200)
        .body(
            "items.step",
            hasItems("granted", "ISSUED", "package-ready", "OFFERED", "device-reported-installed"))
        .body("certificate.certificate.serial", equalTo("0a1b"))
        .body("certificate.offered.packageId", equalTo(packageId.toString()));
    as("mdm", TENANT)
        .get("/api/v1/devices/" + device.deviceId() + "/certificates")
        .then()
        .statusCode(200)
        .body("items.id", contains(request.requestId().toString()))
        .body("items[0].deviceReport.outcome", equalTo("installed"));
    as("operator", TENANT)
        .get("/api/v1/profiles/" + profile + "/status")
        .then()
        .body("counts.OFFERED", equalTo(1));
    assertThat(wire.await(Topics.DEVICE_STATUS, 1, r -> key().equals(r.key())))
        .singleElement()
        .satisfies(
            r ->
                assertThat(
                        io.certferry.contracts.ContractJson.read(
                                r.value(), DeviceStatusReported.class)
                            .packageId())
                    .isEqualTo(packageId));
  }

  @Test
  void neverLetsAnOlderVersionOverwriteANewerOne() {
    // When
    progress(RequestState.PENDING_AT_CA, 5, null);
    awaitState("PENDING_AT_CA");
    progress(RequestState.KEYED, 2, null);
    progress(RequestState.DENIED, 6, null);

    // Then
    awaitState("DENIED");
    progress(RequestState.ISSUED, 4, null);
    progress(RequestState.DENIED, 6, null);
    as("auditor", TENANT)
        .get("/api/v1/certificates/" + request.requestId() + "/timeline")
        .then()
        .body("certificate.state", equalTo("DENIED"));
  }

  @Test
  void hidesAnotherTenantsDevicesAndCertificates() {
    as("auditor", OTHER_TENANT)
        .get("/api/v1/certificates/" + request.requestId() + "/timeline")
        .then()
        .statusCode(404);
    as("operator", OTHER_TENANT).get("/api/v1/devices/" + device.deviceId()).then().statusCode(404);
    as("operator", OTHER_TENANT)
        .get("/api/v1/devices/" + device.deviceId() + "/certificates")
        .then()
        .statusCode(404);
    as("operator", TENANT)
        .get("/api/v1/devices/" + device.deviceId())
        .then()
        .statusCode(200)
        .body("state", equalTo("active"))
        .body("user.userName", equalTo("alice"));
  }

  @Test
  void takesNoProgressFromAnotherTenant() {
    // When
    wire.send(
        Topics.CERTIFICATES,
        OTHER_TENANT,
        Keys.device(OTHER_TENANT, device.deviceId()),
        new RequestProgressed(
            request.requestId(),
            request.naturalKey(),
            RequestState.DENIED,
            9,
            null,
            null,
            null,
            Instant.now()));
    progress(RequestState.KEYED, 2, null);

    // Then
    awaitState("KEYED");
  }

  @Test
  void sendsTheCommandAgainWhenNothingHappens() {
    // When
    makeDue("2 minutes");

    // Then
    ConsumerRecord<String, byte[]> again = commands(2).get(1);
    assertThat(command(again)).isEqualTo(request);
    assertThat(Wire.header(again, Headers.ID))
        .isNotEqualTo(Wire.header(commands(1).get(0), Headers.ID));
  }

  @Test
  void signsAnExpiredGrantAgainBeforeItSendsIt() {
    // Given
    pool.preparedQuery(
            "update enrolment set grant_expires_at = now() - interval '1 hour' where request_id = $1")
        .execute(Tuple.of(request.requestId()))
        .await()
        .indefinitely();

    // When
    makeDue("2 minutes");

    // Then
    Grant first = grant(commands(1).get(0));
    Grant second = grant(commands(2).get(1));
    assertThat(second.naturalKey()).isEqualTo(first.naturalKey());
    assertThat(second.certificate()).isEqualTo(first.certificate());
    assertThat(second.expiresAt()).isAfter(first.expiresAt());
  }

  @Test
  void stopsSendingOnceTheRequestIsFinished() {
    // Given
    progress(RequestState.DENIED, 5, null);
    awaitState("DENIED");

    // Then
    assertThat(
            pool.preparedQuery("select resend_at from enrolment where request_id = $1")
                .execute(Tuple.of(request.requestId()))
                .await()
                .indefinitely()
                .iterator()
                .next()
                .getOffsetDateTime(0))
        .isNull();
  }

  @Test
  void renewsOnceWithinTheWindow() {
    // Given
    Instant now = Instant.now();
    progress(
        RequestState.INSTALLED,
        7,
        facts(now.minus(Duration.ofDays(90)), now.plus(Duration.ofDays(10))));
    awaitState("INSTALLED");

    // When
    checkIn(TENANT, checkIn(device, group)).then().statusCode(202);
    checkIn(TENANT, checkIn(device, group)).then().statusCode(202);

    // Then
    assertThat(commandsInTheEnd())
        .extracting(r -> grant(r).naturalKey().generation() + " " + grant(r).renewal())
        .containsExactly("1 false", "2 true");
  }

  @Test
  void followsADeniedGenerationWithTheEditedProfile() {
    // Given
    progress(RequestState.DENIED, 5, null);
    awaitState("DENIED");

    // When
    as("profile-admin", TENANT)
        .body(userProfile().put("subject", "CN={{UserName}},O=Edited").toString())
        .put("/api/v1/profiles/" + profile)
        .then()
        .statusCode(200);
    checkIn(TENANT, checkIn(device, group)).then().statusCode(202);

    // Then
    Grant again = grant(commands(2).get(1));
    assertThat(again.requestId()).isNotEqualTo(request.requestId());
    assertThat(again.naturalKey().generation()).isEqualTo(2);
    assertThat(again.profileVersion()).isEqualTo(2);
  }

  private void progress(RequestState state, int version, @Nullable CertificateFacts facts) {
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
            facts,
            Instant.now()));
  }

  private void awaitState(String state) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                as("auditor", TENANT)
                    .get("/api/v1/certificates/" + request.requestId() + "/timeline")
                    .then()
                    .body("certificate.state", equalTo(state)));
  }

  private void makeDue(String ago) {
    pool.query(
            "update enrolment set resend_at = now() - interval '%s' where request_id = '%s'"
                .formatted(ago, request.requestId()))
        .execute()
        .await()
        .indefinitely();
  }

  private String key() {
    return Keys.device(TENANT, device.deviceId());
  }

  private static CertificateFacts facts(Instant notBefore, Instant notAfter) {
    return new CertificateFacts(
        "builtin",
        "CN=Test CA",
        "0a1b",
        "CN=alice",
        notBefore,
        notAfter,
        "cd".repeat(32),
        "ef".repeat(32));
  }
}
