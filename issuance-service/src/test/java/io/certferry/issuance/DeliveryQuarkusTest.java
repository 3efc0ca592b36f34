package io.certferry.issuance;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.DeviceStatusReported;
import io.certferry.contracts.event.PackageReady;
import io.certferry.contracts.event.RequestProgressed;
import io.certferry.contracts.event.RequestState;
import io.certferry.contracts.grant.Grant;
import io.certferry.contracts.grant.JwsKeys;
import io.certferry.testkit.Device;
import io.certferry.testkit.Tokens;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the MDM sees: lists, bytes, acknowledgements; and what other tenants do not see. */
@QuarkusTest
class DeliveryQuarkusTest extends ServiceTest {

  @Inject MeterRegistry metrics;

  @Test
  void givesEachPlatformItsOwnForm() {
    assertThatTheFormIs("ios", "mobileconfig", "application/x-apple-aspen-config");
    assertThatTheFormIs("macos", "mobileconfig", "application/x-apple-aspen-config");
    assertThatTheFormIs("windows", "syncml", "application/vnd.syncml.dm+xml");
    assertThatTheFormIs("android", "json", "application/json");
    assertThatTheFormIs("linux", "json", "application/json");
  }

  private void assertThatTheFormIs(String platform, String form, String contentType) {
    Device device = stories.newDevice();
    PackageReady ready =
        stories.offer(stories.request(device, Stories.grant(device, platform, null)));
    assertThat(ready.forms()).containsExactly("cms", form);
    Stories.fetch(ready.packageId(), form)
        .then()
        .statusCode(200)
        .contentType(containsString(contentType));
    Stories.fetch(ready.packageId(), "cms")
        .then()
        .statusCode(200)
        .header("Content-Type", "application/pkcs7-mime; smime-type=authEnveloped-data")
        .header("ETag", '"' + ready.sha256() + '"');
  }

  @Test
  void neverShowsThePasswordOutsideTheEnvelope() {
    for (String platform : List.of("ios", "macos", "windows", "android")) {
      // Given
      Device device = stories.newDevice();
      PackageReady ready =
          stories.offer(stories.request(device, Stories.grant(device, platform, "10.0.22631")));
      String password = Stories.open(ready, device).get("password").asText();

      // When
      String bytes = Stories.fetch(ready.packageId(), ready.forms().get(1)).asString();

      // Then
      assertThat(password).hasSize(43);
      assertThat(bytes).doesNotContain(password);
    }
  }

  @Test
  void changesNoByteOnceOffered() {
    // Given
    PackageReady ready = stories.offer(stories.request());

    // When
    byte[] first = Stories.fetch(ready.packageId(), "mobileconfig").asByteArray();
    byte[] second = Stories.fetch(ready.packageId(), "mobileconfig").asByteArray();

    // Then
    assertThat(first).isNotEmpty().isEqualTo(second);
    given()
        .auth()
        .oauth2(Tokens.token("mdm", Stories.TENANT))
        .header("If-None-Match", '"' + ready.sha256() + '"')
        .get("/api/v1/packages/" + ready.packageId())
        .then()
        .statusCode(304);
  }

  @Test
  void refusesAFormThatWasNotStored() {
    PackageReady ready = stories.offer(stories.request());
    Stories.fetch(ready.packageId(), "syncml").then().statusCode(406);
    Stories.fetch(ready.packageId(), "docx").then().statusCode(406);
  }

  @Test
  void measuresTheWayToTheFirstFetch() {
    // Given
    PackageReady ready = stories.offer(stories.request());
    long before = delivered();

    // When
    Stories.fetch(ready.packageId(), "cms").then().statusCode(200);
    Stories.fetch(ready.packageId(), "cms").then().statusCode(200);

    // Then
    assertThat(delivered()).isEqualTo(before + 1);
  }

  private long delivered() {
    return metrics.timer("certferry.request.age", "state", "delivered").count();
  }

  @Test
  void recordsEveryFetch() {
    // Given
    PackageReady ready = stories.offer(stories.request());

    // When
    Stories.fetch(ready.packageId(), "cms").then().statusCode(200);
    Stories.fetch(ready.packageId(), "mobileconfig").then().statusCode(200);

    // Then
    assertThat(
            count(
                "select count(*) from audit where action = 'package.fetched'"
                    + " and subject = 'package/' || $1::uuid",
                ready.packageId()))
        .isEqualTo(2);
  }

  @Test
  void hidesEverythingFromAnotherTenant() {
    // Given
    Stories.Story story = stories.request();
    PackageReady ready = stories.offer(story);

    // Then
    Stories.fetch(ready.packageId(), "cms", "other").then().statusCode(404);
    as("mdm", "other", "/api/v1/packages?deviceId=" + story.device().deviceId())
        .statusCode(200)
        .body("items", hasSize(0));
    as("operator", "other", "/api/v1/requests/" + story.requestId()).statusCode(404);
    given()
        .auth()
        .oauth2(Tokens.token("mdm", "other"))
        .contentType("application/json")
        .body("{\"outcome\":\"installed\"}")
        .post("/api/v1/packages/" + ready.packageId() + "/ack")
        .then()
        .statusCode(404);
  }

  @Test
  void demandsTheRole() {
    UUID id = UUID.randomUUID();
    given().get("/api/v1/packages/" + id).then().statusCode(401);
    as("auditor", Stories.TENANT, "/api/v1/packages/" + id).statusCode(403);
    as("mdm", Stories.TENANT, "/api/v1/packages/" + id).statusCode(404);
    as("mdm", Stories.TENANT, "/api/v1/packages/nonsense").statusCode(404);
    as("profile-admin", Stories.TENANT, "/api/v1/requests/" + id).statusCode(403);
    as("mdm", Stories.TENANT, "/api/v1/requests?stuck=true").statusCode(403);
  }

  @Test
  void listsRootsBeforeThePackagesThatNeedThem() {
    // Given
    Device device = stories.newDevice();
    PackageReady identity =
        stories.offer(stories.request(device, Stories.grant(device, "ios", "18.1")));
    Stories.Story roots = stories.request(device, stories.rootsGrant(device, "ios"));
    PackageReady root = stories.awaitPackage(roots);

    // Then
    as("mdm", Stories.TENANT, "/api/v1/packages?deviceId=" + device.deviceId())
        .statusCode(200)
        .body("items", hasSize(2))
        .body("items[0].id", equalTo(root.packageId().toString()))
        .body("items[0].kind", equalTo("trusted-root"))
        .body("items[1].id", equalTo(identity.packageId().toString()))
        .body("items[1].state", equalTo("OFFERED"))
        .body("items[1].sha256", equalTo(identity.sha256()))
        .body("next", equalTo(null));
    String next =
        as("mdm", Stories.TENANT, "/api/v1/packages?limit=1&deviceId=" + device.deviceId())
            .body("items[0].id", equalTo(root.packageId().toString()))
            .extract()
            .path("next");
    as(
            "mdm",
            Stories.TENANT,
            "/api/v1/packages?limit=1&deviceId=" + device.deviceId() + "&cursor=" + next)
        .body("items[0].id", equalTo(identity.packageId().toString()))
        .body("next", equalTo(null));
  }

  @Test
  void deliversRootsWithoutACa() {
    // Given
    Device device = stories.newDevice();
    Stories.Story story = stories.request(device, stories.rootsGrant(device, "windows"));

    // When
    PackageReady ready = stories.awaitPackage(story);

    // Then
    JsonNode content = Stories.open(ready, device);
    assertThat(content.has("pkcs12")).isFalse();
    assertThat(content.has("password")).isFalse();
    assertThat(content.get("roots")).hasSize(1);
    assertThat(Stories.fetch(ready.packageId(), "syncml").asString())
        .contains("RootCATrustedCertificates/Root/");
  }

  @Test
  void tellsWhatIsWrongWithAList() {
    as("mdm", Stories.TENANT, "/api/v1/packages").statusCode(422);
    as("mdm", Stories.TENANT, "/api/v1/packages?deviceId=a%20b")
        .statusCode(422)
        .body("errors[0].field", equalTo("deviceId"));
  }

  @Test
  void letsInstalledBeatFailed() {
    // Given
    Stories.Story story = stories.request();
    PackageReady ready = stories.offer(story);

    // When
    acknowledge(ready, "{\"outcome\":\"failed\",\"detail\":\"bad password\"}");
    RequestProgressed failed =
        stories.wire.await(
            RequestProgressed.class,
            progress ->
                progress.requestId().equals(story.requestId())
                    && "install-failed".equals(progress.reason()));
    acknowledge(ready, "{\"outcome\":\"installed\",\"occurredAt\":\"2020-01-01T00:00:00Z\"}");
    acknowledge(ready, "{\"outcome\":\"failed\",\"detail\":\"too late\"}");
    acknowledge(ready, "{\"outcome\":\"installed\"}");

    // Then
    assertThat(failed.state()).isEqualTo(RequestState.OFFERED);
    assertThat(failed.detail()).isEqualTo("bad password");
    RequestProgressed installed = stories.awaitState(story, RequestState.INSTALLED);
    assertThat(installed.version()).isEqualTo(failed.version() + 1);
    as("mdm", Stories.TENANT, "/api/v1/packages?deviceId=" + story.device().deviceId())
        .body("items[0].state", equalTo("INSTALLED"));
  }

  @Test
  void tellsEverythingThatIsWrongWithAnAcknowledgement() {
    PackageReady ready = stories.offer(stories.request());
    Stories.acknowledge(
            ready.packageId(), "{\"outcome\":\"perhaps\",\"detail\":\"" + "x".repeat(1001) + "\"}")
        .then()
        .statusCode(422)
        .body("errors", hasSize(2));
    Stories.acknowledge(ready.packageId(), "{").then().statusCode(400);
    Stories.acknowledge(ready.packageId(), "{\"outcome\":\"installed\",\"occurredAt\":\"now\"}")
        .then()
        .statusCode(400);
    Stories.acknowledge(UUID.randomUUID(), "{\"outcome\":\"installed\"}").then().statusCode(404);
  }

  @Test
  void takesAStatusReportFromKafkaForAnAcknowledgement() {
    // Given
    Stories.Story story = stories.request();
    PackageReady ready = stories.offer(story);
    String device = story.device().deviceId();

    // When
    stories.wire.send(
        Stories.TENANT,
        Topics.DEVICE_STATUS,
        Keys.device(Stories.TENANT, device),
        new DeviceStatusReported(device, ready.packageId(), "installed", null, Instant.now()));

    // Then
    stories.awaitState(story, RequestState.INSTALLED);
  }

  @Test
  void ignoresAStatusReportOfAnotherDeviceOrTenant() {
    // Given
    Stories.Story story = stories.request();
    PackageReady ready = stories.offer(story);
    Stories.Story sentinel = stories.request();
    PackageReady other = stories.offer(sentinel);

    // When
    report(Stories.TENANT, "somebody-else", ready);
    report("other", story.device().deviceId(), ready);
    report(Stories.TENANT, sentinel.device().deviceId(), other);

    // Then
    stories.awaitState(sentinel, RequestState.INSTALLED);
    assertThat(
            row("select state from package where package_id = $1", ready.packageId()).getString(0))
        .isEqualTo("OFFERED");
  }

  private void report(String tenant, String device, PackageReady ready) {
    stories.wire.send(
        tenant,
        Topics.DEVICE_STATUS,
        "default/one-partition-for-order",
        new DeviceStatusReported(device, ready.packageId(), "installed", null, Instant.now()));
  }

  @Test
  void destroysKeyAndBytesAfterTheRetentionTime() {
    // Given
    Stories.Story story = stories.request();
    PackageReady ready = stories.offer(story);
    acknowledge(ready, "{\"outcome\":\"installed\"}");
    stories.awaitState(story, RequestState.INSTALLED);
    Stories.fetch(ready.packageId(), "cms").then().statusCode(200);

    // When
    change("update request set next_attempt_at = now() where request_id = $1", story.requestId());

    // Then
    stories.awaitState(story, RequestState.KEY_DESTROYED);
    Stories.fetch(ready.packageId(), "cms").then().statusCode(410);
    acknowledge(ready, "{\"outcome\":\"installed\"}");
    assertThat(
            count(
                "select count(*) from request_key where request_id = $1 and wrapped is not null",
                story.requestId()))
        .isZero();
    assertThat(
            count(
                "select count(*) from package_form f join package p using (package_id)"
                    + " where p.request_id = $1 and f.content is not null",
                story.requestId()))
        .isZero();
    assertThat(
            count(
                "select count(*) from audit where action = 'key.destroyed'"
                    + " and subject = 'request/' || $1::uuid",
                story.requestId()))
        .isEqualTo(1);
  }

  @Test
  void offersNoOlderGenerationOnceANewerIsOffered() {
    // Given
    Device device = stories.newDevice();
    Grant first = Stories.grant(device, "ios", "18.1");
    Stories.Story old = stories.request(device, first);
    PackageReady before = stories.offer(old);

    // When
    PackageReady after = stories.offer(stories.request(device, Stories.generation(first, 2)));

    // Then
    stories.awaitState(old, RequestState.SUPERSEDED);
    Stories.fetch(before.packageId(), "cms").then().statusCode(410);
    Stories.fetch(after.packageId(), "cms").then().statusCode(200);
  }

  @Test
  void showsWhereARequestIs() {
    // Given
    Stories.Story story = stories.request();
    stories.offer(story);
    stories.awaitState(story, RequestState.OFFERED);

    // Then
    String shown =
        as("operator", Stories.TENANT, "/api/v1/requests/" + story.requestId())
            .statusCode(200)
            .body("state", equalTo("OFFERED"))
            .body("stuck", equalTo(false))
            .body("times.accepted", notNullValue())
            .body("times.submitted", notNullValue())
            .body("times.answered", notNullValue())
            .body("times.offered", notNullValue())
            .body("certificate.subject", equalTo("CN=alice,O=Contoso"))
            .body("correlationId", containsString("story-"))
            .extract()
            .asString();
    assertThat(shown).doesNotContain("wrapped").doesNotContain("grant");
  }

  @Test
  void findsWhatIsStuck() {
    // Given
    Stories.Story story = stories.request();
    stories.awaitSubmit(story);

    // When
    change(
        "update request set deadline = now() - interval '1 minute' where request_id = $1",
        story.requestId());

    // Then
    Awaitility.await()
        .untilAsserted(
            () ->
                as("operator", Stories.TENANT, "/api/v1/requests?stuck=true&limit=200")
                    .statusCode(200)
                    .body(
                        "items.find { it.requestId == '" + story.requestId() + "' }.stuck",
                        equalTo(true)));
  }

  @Test
  void isReadyAndDescribesItself() {
    given()
        .get("/q/health/ready")
        .then()
        .statusCode(200)
        .body("checks.find { it.name == 'key-encryption-key' }.status", equalTo("UP"));
    String api = given().accept("application/json").get("/q/openapi").asString();
    assertThat(api).contains("/api/v1/packages/{id}/ack").contains("/api/v1/requests/{id}");
    assertThat(given().get("/q/metrics").asString())
        .contains("certferry_requests")
        .contains("certferry_key_pool_level");
  }

  @Test
  void putsTheEnvelopeIntoTheFormForAgents() throws Exception {
    // Given
    Device device = stories.newDevice();
    PackageReady ready =
        stories.offer(stories.request(device, Stories.grant(device, "android", "14")));

    // When
    JsonNode agent =
        ContractJson.mapper().readTree(Stories.fetch(ready.packageId(), "json").asByteArray());

    // Then
    assertThat(agent.has("password")).isFalse();
    assertThat(agent.has("pkcs12")).isFalse();
    assertThat(JwsKeys.sha256Hex(agent.get("cms").binaryValue())).isEqualTo(ready.sha256());
    assertThat(Stories.open(ready, device).fieldNames())
        .toIterable()
        .containsExactly(
            "profileId", "generation", "friendlyName", "pkcs12", "password", "chain", "roots");
  }

  private static void acknowledge(PackageReady ready, String body) {
    Stories.acknowledge(ready.packageId(), body).then().statusCode(204);
  }

  private static ValidatableResponse as(String role, String tenant, String path) {
    return given().auth().oauth2(Tokens.token(role, tenant)).get(path).then();
  }
}
