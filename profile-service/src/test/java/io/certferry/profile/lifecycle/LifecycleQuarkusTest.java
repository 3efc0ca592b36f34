package io.certferry.profile.lifecycle;

import static io.certferry.profile.Client.TENANT;
import static io.certferry.profile.Client.as;
import static io.certferry.profile.Client.assign;
import static io.certferry.profile.Client.checkIn;
import static io.certferry.profile.Client.create;
import static io.certferry.profile.Client.deviceProfile;
import static io.certferry.profile.Client.userProfile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;

import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.DeviceLifecycleChanged;
import io.certferry.profile.ServiceTest;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class LifecycleQuarkusTest extends ServiceTest {

  private UUID profile;

  @BeforeEach
  void enrolADevice() {
    profile = create(TENANT, deviceProfile());
    assign(TENANT, profile, "group", group);
    checkIn(TENANT, checkIn(device, group)).then().statusCode(202);
    commands(1);
  }

  @Test
  void endsWhatWasUnderWayAndPassesTheEventOn() {
    // When
    report("retired").statusCode(202);

    // Then
    as("operator", TENANT)
        .get("/api/v1/devices/" + device.deviceId())
        .then()
        .body("state", equalTo("retired"));
    as("operator", TENANT)
        .get("/api/v1/devices/" + device.deviceId() + "/certificates")
        .then()
        .body("items.state", contains("CANCELLED"))
        .body("items.endedReason", contains("retired"));
    assertThat(wire.await(Topics.DEVICE_LIFECYCLE, 2, r -> key().equals(r.key())))
        .extracting(ServiceTest::type)
        .containsExactlyInAnyOrder(
            "io.certferry.device.DeviceLifecycleChanged.v1",
            "io.certferry.profile.EnrolmentEnded.v1");
  }

  @Test
  void grantsNothingToARetiredDeviceUntilItIsEnrolledAnew() {
    // Given
    report("retired").statusCode(202);

    // When
    checkIn(TENANT, checkIn(device, group)).then().statusCode(202);
    assertThat(commandsInTheEnd()).hasSize(1);
    checkIn(TENANT, checkIn(device, group).put("enrolmentId", "again")).then().statusCode(202);

    // Then
    assertThat(commands(2))
        .extracting(r -> grant(r).naturalKey().generation())
        .containsExactly(1, 2);
  }

  @Test
  void takesAReportAfterAnUnenrolmentForAnotherDevice() {
    // Given
    report("unenrolled").statusCode(202);

    // When
    checkIn(TENANT, checkIn(device, group)).then().statusCode(202);

    // Then
    assertThat(commands(2))
        .extracting(r -> grant(r).naturalKey().generation())
        .containsExactly(1, 2);
    as("operator", TENANT)
        .get("/api/v1/devices/" + device.deviceId())
        .then()
        .body("state", equalTo("active"));
  }

  @Test
  void endsOnlyWhatTheRemovedUserHad() {
    // Given
    UUID ofUsers = create(TENANT, userProfile());
    assign(TENANT, ofUsers, "group", group);
    checkIn(TENANT, checkIn(device, group)).then().statusCode(202);
    commands(2);

    // When
    as("mdm", TENANT)
        .body(
            "{\"deviceId\":\"%s\",\"event\":\"user-removed\",\"userId\":\"u1\"}"
                .formatted(device.deviceId()))
        .post("/api/v1/lifecycle-events")
        .then()
        .statusCode(202);

    // Then
    as("operator", TENANT)
        .get("/api/v1/devices/" + device.deviceId() + "/certificates")
        .then()
        .body("items.find { it.subject == 'u1' }.state", equalTo("CANCELLED"))
        .body("items.find { it.subject == '-' }.state", equalTo("ACCEPTED"));
  }

  @Test
  void ignoresAnEventThatIsOlderThanTheDeviceAsItIsEnrolledNow() {
    // Given
    Instant before = Instant.now().minus(Duration.ofHours(1));

    // When
    wire.send(
        Topics.DEVICE_LIFECYCLE,
        TENANT,
        key(),
        new DeviceLifecycleChanged(device.deviceId(), "wiped", null, before));
    wire.send(
        Topics.DEVICE_LIFECYCLE,
        TENANT,
        Keys.device(TENANT, device.deviceId() + "x"),
        new DeviceLifecycleChanged(device.deviceId() + "x", "wiped", null, before));

    // Then
    awaitState(device.deviceId() + "x", "wiped");
    as("operator", TENANT)
        .get("/api/v1/devices/" + device.deviceId())
        .then()
        .body("state", equalTo("active"));
  }

  @Test
  void takesDeparturesFromKafka() {
    wire.send(
        Topics.DEVICE_LIFECYCLE,
        TENANT,
        key(),
        new DeviceLifecycleChanged(device.deviceId(), "lost", null, Instant.now()));
    awaitState(device.deviceId(), "lost");
  }

  @Test
  void namesEveryErrorOfABody() {
    as("mdm", TENANT)
        .body("{\"deviceId\":\"a b\",\"event\":\"stolen\",\"occurredAt\":\"yesterday\"}")
        .post("/api/v1/lifecycle-events")
        .then()
        .statusCode(422)
        .body("errors.field", hasItems("/deviceId", "/event", "/occurredAt"));
    as("mdm", TENANT)
        .body("{\"deviceId\":\"a\",\"event\":\"user-removed\"}")
        .post("/api/v1/lifecycle-events")
        .then()
        .statusCode(422)
        .body("errors.field", contains("/userId"));
    as("mdm", TENANT)
        .body("{\"deviceId\":\"a\",\"packageId\":\"x\",\"outcome\":\"lost\"}")
        .post("/api/v1/status-reports")
        .then()
        .statusCode(422)
        .body("errors.field", hasItems("/packageId", "/outcome"));
    as("operator", TENANT).body("{}").post("/api/v1/lifecycle-events").then().statusCode(403);
    as("operator", TENANT).body("{}").post("/api/v1/status-reports").then().statusCode(403);
  }

  private io.restassured.response.ValidatableResponse report(String event) {
    return as("mdm", TENANT)
        .body("{\"deviceId\":\"%s\",\"event\":\"%s\"}".formatted(device.deviceId(), event))
        .post("/api/v1/lifecycle-events")
        .then();
  }

  private void awaitState(String deviceId, String state) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                as("operator", TENANT)
                    .get("/api/v1/devices/" + deviceId)
                    .then()
                    .body("state", equalTo(state)));
  }

  private String key() {
    return Keys.device(TENANT, device.deviceId());
  }
}
