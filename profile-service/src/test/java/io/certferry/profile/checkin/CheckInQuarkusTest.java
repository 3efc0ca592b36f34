package io.certferry.profile.checkin;

import static io.certferry.profile.Client.OTHER_TENANT;
import static io.certferry.profile.Client.TENANT;
import static io.certferry.profile.Client.as;
import static io.certferry.profile.Client.assign;
import static io.certferry.profile.Client.checkIn;
import static io.certferry.profile.Client.create;
import static io.certferry.profile.Client.deviceProfile;
import static io.certferry.profile.Client.rootProfile;
import static io.certferry.profile.Client.unique;
import static io.certferry.profile.Client.userProfile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.notNullValue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.certferry.contracts.Bytes;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.Headers;
import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.DeviceCheckedIn;
import io.certferry.contracts.event.RequestCertificate;
import io.certferry.contracts.grant.Grant;
import io.certferry.profile.Client;
import io.certferry.profile.ServiceTest;
import io.certferry.profile.Wire;
import io.certferry.testkit.Device;
import io.certferry.testkit.Devices;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@QuarkusTest
class CheckInQuarkusTest extends ServiceTest {

  private static final String TYPE = "io.certferry.device.DeviceCheckedIn.v1";

  @Test
  void asksForTheCertificateThatTheProfileNames() {
    // Given
    UUID profile = create(TENANT, userProfile());
    assign(TENANT, profile, "group", group);

    // When
    checkIn(TENANT, checkIn(device, group))
        .then()
        .statusCode(202)
        .body("checkinId", notNullValue());

    // Then
    ConsumerRecord<String, byte[]> record = commands(1).get(0);
    assertThat(type(record)).isEqualTo("io.certferry.issuance.RequestCertificate.v1");
    RequestCertificate command = command(record);
    Grant grant = grant(record);
    assertThat(grant.naturalKey()).isEqualTo(command.naturalKey());
    assertThat(grant.naturalKey().generation()).isEqualTo(1);
    assertThat(grant.naturalKey().subject()).isEqualTo("u1");
    assertThat(grant.certificate())
        .isEqualTo(
            new Grant.CertificatePlan(
                "builtin",
                "User",
                List.of(List.of(new Grant.NameAttribute("CN", "alice"))),
                List.of(
                    new Grant.SubjectAlternativeName("upn", "alice@contoso.test"),
                    new Grant.SubjectAlternativeName("email", "alice@contoso.test")),
                "S-1-5-21-1-2-3-1001",
                List.of("1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.4"),
                "EC",
                256,
                Duration.ofDays(365).toSeconds()));
    assertThat(command.deviceCertificate().toBase64()).isEqualTo(device.certificateBase64());
  }

  @Test
  void keepsAHostileUserNameOneAttribute() {
    // Given
    String hostile = "Zoë, O=Evil + \"x\" ;#Ωπ";
    UUID profile = create(TENANT, userProfile());
    assign(TENANT, profile, "group", group);
    ObjectNode body = checkIn(device, group);
    body.withObject("/user").put("userName", hostile);

    // When
    checkIn(TENANT, body).then().statusCode(202);

    // Then
    assertThat(grant(commands(1).get(0)).certificate())
        .satisfies(
            plan ->
                assertThat(plan.subject())
                    .containsExactly(List.of(new Grant.NameAttribute("CN", hostile))));
  }

  @Test
  void repeatsNothingWhenADeviceReportsTheSameTenTimes() {
    // Given
    UUID profile = create(TENANT, userProfile());
    assign(TENANT, profile, "group", group);

    // When
    for (int i = 0; i < 10; i++) {
      checkIn(TENANT, checkIn(device, group)).then().statusCode(202);
    }

    // Then
    assertThat(commandsInTheEnd()).hasSize(1);
  }

  @Test
  void deliversRootsBeforeTheCertificate() {
    // Given
    UUID certificate = create(TENANT, userProfile());
    assign(TENANT, certificate, "group", group);
    UUID root = create(TENANT, rootProfile());
    assign(TENANT, root, "group", group);

    // When
    checkIn(TENANT, checkIn(device, group)).then().statusCode(202);

    // Then
    assertThat(commands(2))
        .extracting(ServiceTest::type)
        .containsExactly(
            "io.certferry.issuance.DeliverRoots.v1", "io.certferry.issuance.RequestCertificate.v1");
  }

  @Test
  void asksForNothingWhereTheDeviceIsExcluded() {
    // Given
    UUID profile = create(TENANT, userProfile());
    as("profile-admin", TENANT)
        .body(
            "{\"include\":[{\"group\":\"%s\"}],\"exclude\":[{\"device\":\"%s\"}]}"
                .formatted(group, device.deviceId()))
        .put("/api/v1/profiles/" + profile + "/assignments")
        .then()
        .statusCode(200);

    // When
    checkIn(TENANT, checkIn(device, group)).then().statusCode(202);

    // Then
    assertThat(commandsInTheEnd()).isEmpty();
  }

  @Test
  void asksForBothUsersOfASharedDevice() {
    // Given
    UUID profile = create(TENANT, userProfile());
    assign(TENANT, profile, "group", group);
    ObjectNode bob = checkIn(device, group);
    bob.withObject("/user").put("id", "u2").put("userName", "bob");

    // When
    checkIn(TENANT, checkIn(device, group)).then().statusCode(202);
    checkIn(TENANT, bob).then().statusCode(202);
    checkIn(TENANT, checkIn(device, group)).then().statusCode(202);

    // Then
    assertThat(commandsInTheEnd())
        .extracting(r -> grant(r).naturalKey().subject())
        .containsExactly("u1", "u2");
  }

  @Test
  void sendsTheSameGenerationAgainForANewDeviceKey() {
    // Given
    UUID profile = create(TENANT, userProfile());
    assign(TENANT, profile, "group", group);
    checkIn(TENANT, checkIn(device, group)).then().statusCode(202);
    Grant first = grant(commands(1).get(0));
    Device renewed = Devices.ofTenant(TENANT).rsa(device.deviceId());

    // When
    checkIn(TENANT, checkIn(renewed, group)).then().statusCode(202);

    // Then
    Grant second = grant(commands(2).get(1));
    assertThat(second.requestId()).isEqualTo(first.requestId());
    assertThat(second.naturalKey()).isEqualTo(first.naturalKey());
    assertThat(second.certificate()).isEqualTo(first.certificate());
    assertThat(second.deviceKeySha256()).isNotEqualTo(first.deviceKeySha256());
  }

  @Test
  void freezesTheProfileVersionInTheGrant() {
    // Given
    UUID profile = create(TENANT, userProfile());
    assign(TENANT, profile, "group", group);
    checkIn(TENANT, checkIn(device, group)).then().statusCode(202);

    // When
    as("profile-admin", TENANT)
        .body(userProfile().put("subject", "CN={{UserName}},O=Edited").toString())
        .put("/api/v1/profiles/" + profile)
        .then()
        .statusCode(200);
    checkIn(TENANT, checkIn(device, group)).then().statusCode(202);

    // Then
    assertThat(commandsInTheEnd())
        .singleElement()
        .satisfies(r -> assertThat(grant(r).profileVersion()).isEqualTo(1));
  }

  @Test
  void ignoresAReportThatIsOlderThanWhatIsKnown() {
    // Given
    UUID profile = create(TENANT, userProfile());
    assign(TENANT, profile, "group", group);
    Instant now = Instant.now();
    ObjectNode newer = checkIn(device, "nobody").put("occurredAt", now.toString());
    ObjectNode older =
        checkIn(device, group).put("occurredAt", now.minus(Duration.ofMinutes(1)).toString());

    // When
    checkIn(TENANT, newer).then().statusCode(202);
    checkIn(TENANT, older).then().statusCode(202);

    // Then
    assertThat(commandsInTheEnd()).isEmpty();
  }

  @Test
  void takesAnotherMdmEnrolmentForAnotherDevice() {
    // Given
    UUID profile = create(TENANT, deviceProfile());
    assign(TENANT, profile, "group", group);
    checkIn(TENANT, checkIn(device, group).put("enrolmentId", "e1")).then().statusCode(202);

    // When
    checkIn(TENANT, checkIn(device, group).put("enrolmentId", "e2")).then().statusCode(202);

    // Then
    assertThat(commands(2))
        .extracting(r -> grant(r).naturalKey().generation())
        .containsExactly(1, 2);
  }

  @Test
  void refusesEachKindOfBadDeviceCertificateByItsOwnRule() {
    Devices devices = Devices.ofTenant(TENANT);
    String id = device.deviceId();
    ObjectNode without = checkIn(device, group);
    without.remove("deviceCertificate");
    refused(without, "required");
    refused(checkIn(devices.fromForeignCa(id), group), "untrusted");
    refused(checkIn(devices.named(id, "another"), group), "not-bound");
    refused(checkIn(devices.weak(id), group), "weak-key");
    refused(checkIn(devices.expired(id), group), "expired");
    refused(checkIn(device, group).put("deviceCertificate", "AAAA"), "not-a-certificate");
    refused(checkIn(device, group).put("deviceCertificate", "!!!"), "not-a-certificate");
    refused(checkIn(Devices.ofTenant(OTHER_TENANT).ec(id), group), "untrusted");
  }

  @Test
  void namesEveryErrorOfABody() {
    checkIn(
            TENANT,
            Client.json(
                "{\"deviceId\":\"a/b\",\"platform\":\"beos\",\"user\":{\"userName\":\"x\"},\"groups\":\"g\"}"))
        .then()
        .statusCode(422)
        .body(
            "errors.field",
            hasItems("/deviceId", "/platform", "/user/id", "/groups", "/deviceCertificate"));
  }

  @Test
  void refusesWhatCannotBeParsedOrIsTooLarge() {
    as("mdm", TENANT).body("{\"deviceId\":").post("/api/v1/checkins").then().statusCode(400);
    ObjectNode large = checkIn(device, group);
    large.withObject("/attributes").put("SerialNumber", "x".repeat(70_000));
    checkIn(TENANT, large).then().statusCode(413);
    ObjectNode early = checkIn(device, group);
    early.put("occurredAt", Instant.now().plus(Duration.ofHours(1)).toString());
    checkIn(TENANT, early)
        .then()
        .statusCode(422)
        .body("errors.field", contains("/occurredAt"))
        .body("errors.rule", contains("in-the-future"));
  }

  @Test
  void asksForTheRightRole() {
    as("profile-admin", TENANT)
        .body(checkIn(device, group).toString())
        .post("/api/v1/checkins")
        .then()
        .statusCode(403)
        .body("status", equalTo(403));
    RestAssured.given()
        .contentType("application/json")
        .body("{}")
        .post("/api/v1/checkins")
        .then()
        .statusCode(401);
  }

  @Test
  void evaluatesCheckInsFromKafkaAndRepeatsNothingWhenTheyAreReplayed() {
    // Given
    UUID profile = create(TENANT, userProfile());
    assign(TENANT, profile, "group", group);
    DeviceCheckedIn event = event(device, group, Instant.now());

    // When
    for (int i = 0; i < 5; i++) {
      wire.send(Topics.DEVICE_CHECKINS, TENANT, key(device), event);
    }

    // Then
    ConsumerRecord<String, byte[]> command = commands(1).get(0);
    assertThat(grant(command).naturalKey().generation()).isEqualTo(1);
    wire.send(Topics.DEVICE_CHECKINS, TENANT, key(device), event);
    awaitKafkaSentinel();
    assertThat(commandsInTheEnd()).hasSize(1);
  }

  @Test
  void setsBadCheckInsAsideWithTheReasonWhileOthersGoOn() {
    // Given
    UUID profile = create(TENANT, userProfile());
    assign(TENANT, profile, "group", group);
    Device foreign = Devices.ofTenant(TENANT).fromForeignCa(unique("foreign"));
    UUID malformed = UUID.randomUUID();

    // When
    wire.sendRaw(
        Topics.DEVICE_CHECKINS,
        key(device),
        Wire.envelope(malformed, TENANT, TYPE),
        "{\"deviceId\":".getBytes(StandardCharsets.UTF_8));
    UUID untrusted =
        wire.send(
            Topics.DEVICE_CHECKINS, TENANT, key(foreign), event(foreign, group, Instant.now()));
    UUID misdirected =
        wire.send(
            Topics.DEVICE_CHECKINS, TENANT, key(foreign), event(device, group, Instant.now()));
    wire.send(Topics.DEVICE_CHECKINS, TENANT, key(device), event(device, group, Instant.now()));

    // Then
    assertThat(commands(1)).hasSize(1);
    assertThat(deadLetterReason(malformed)).startsWith("undecodable");
    assertThat(deadLetterReason(untrusted)).startsWith("untrusted");
    assertThat(deadLetterReason(misdirected)).startsWith("key");
  }

  @Test
  void showsWhyADeviceGetsNothing() {
    // Given
    UUID profile = create(TENANT, userProfile());
    assign(TENANT, profile, "group", group);
    ObjectNode nameless = checkIn(device, group);
    nameless.withObject("/user").remove("userName");

    // When
    checkIn(TENANT, nameless).then().statusCode(202);

    // Then
    as("operator", TENANT)
        .get("/api/v1/profiles/" + profile + "/status")
        .then()
        .statusCode(200)
        .body("counts.error", equalTo(1))
        .body("items[0].deviceId", equalTo(device.deviceId()))
        .body("items[0].reason", equalTo("unrenderable"));
    checkIn(TENANT, checkIn(device, group)).then().statusCode(202);
    as("operator", TENANT)
        .get("/api/v1/profiles/" + profile + "/status")
        .then()
        .body("counts.error", equalTo((Object) null))
        .body("counts.ACCEPTED", equalTo(1));
  }

  private void awaitKafkaSentinel() {
    Device sentinel = Devices.ofTenant(TENANT).ec(unique("sentinel"));
    wire.send(Topics.DEVICE_CHECKINS, TENANT, key(sentinel), event(sentinel, group, Instant.now()));
    commands(sentinel.deviceId(), 1);
  }

  private String deadLetterReason(UUID id) {
    String topic = Topics.deadLetters("profile-service", Topics.DEVICE_CHECKINS);
    return Wire.header(
        wire.await(topic, 1, r -> Wire.header(r, Headers.ID).equals(id.toString())).get(0),
        Headers.DLQ_REASON);
  }

  private static ValidatableResponse refused(ObjectNode body, String rule) {
    return checkIn(TENANT, body)
        .then()
        .statusCode(422)
        .body("errors.field", contains("/deviceCertificate"))
        .body("errors.rule", contains(rule));
  }

  private static String key(Device device) {
    return Keys.device(TENANT, device.deviceId());
  }

  private static DeviceCheckedIn event(Device device, String group, @Nullable Instant at) {
    DeviceCheckedIn body =
        ContractJson.read(
            checkIn(device, group).toString().getBytes(StandardCharsets.UTF_8),
            DeviceCheckedIn.class);
    return new DeviceCheckedIn(
        body.deviceId(),
        body.platform(),
        body.osVersion(),
        body.user(),
        body.groups(),
        Bytes.of(device.certificateDer()),
        null,
        body.attributes(),
        at,
        null);
  }
}
