package io.certferry.pfximport;

import static io.certferry.pfximport.PfxImportFixture.GRAPH;
import static io.certferry.pfximport.PfxImportFixture.admin;
import static io.certferry.pfximport.PfxImportFixture.as;
import static io.certferry.pfximport.PfxImportFixture.body;
import static io.certferry.pfximport.PfxImportFixture.delivered;
import static io.certferry.pfximport.PfxImportFixture.find;
import static io.certferry.pfximport.PfxImportFixture.importId;
import static io.certferry.pfximport.PfxImportFixture.imported;
import static io.certferry.pfximport.PfxImportFixture.newKey;
import static io.certferry.pfximport.PfxImportFixture.opened;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.Bytes;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.DeliverImport;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.grant.Grant;
import io.certferry.messaging.Outbox;
import io.certferry.pfximport.PfxImportFixture.Key;
import io.certferry.pfximport.PfxImportFixture.Ordered;
import io.certferry.pki.Digests;
import io.certferry.pki.key.KeySpec;
import io.certferry.testkit.Device;
import io.certferry.testkit.Devices;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(PfxImportTestResource.class)
class DeliveryQuarkusTest {

  @Inject Pool pool;
  @Inject Outbox outbox;
  private PfxImportFixture fixture;
  private EventsOfTheTopic events;

  @BeforeEach
  void usesTheRunningService() {
    fixture = new PfxImportFixture(pool, outbox);
    events = new EventsOfTheTopic(Topics.PFX_IMPORTS);
  }

  @AfterEach
  void letsIssuanceAnswerAgain() {
    RecordingIssuance.refuse(0);
    events.close();
  }

  private static Device device() {
    return Devices.ofTenant("default").ec("dev-" + UUID.randomUUID());
  }

  private static String upn() {
    return "user-" + UUID.randomUUID() + "@contoso.test";
  }

  @Test
  void tellsAWrongPasswordAtTheFirstDeliveryAndDeliversOnceItIsMended() {
    // Given
    Key key = newKey();
    TestPfx pfx = TestPfx.of("alice", KeySpec.EC_256);
    String upn = upn();
    byte[] file = pfx.file("secret", 0);
    String id = imported(key, pfx, file, upn, "not the password");
    UUID importId = importId(pfx, upn);
    Device device = device();

    // When
    Ordered ordered = fixture.order(device, "ios", pfx, importId, "u1");

    // Then
    JsonNode failed = events.await("ImportDeliveryFailed", "requestId", ordered.requestId());
    assertThat(failed.get("code").asText()).isEqualTo("wrong-password");
    as("profile-admin")
        .get("/api/v1/imports/" + importId)
        .then()
        .statusCode(200)
        .body("state", equalTo("failed"))
        .body("reason", equalTo("wrong-password"));
    assertThat(events.ofImport(importId))
        .extracting(event -> event.get("state").asText())
        .containsExactly("available", "failed");

    // When
    Map<String, Object> mended = body(key, pfx, file, upn, "secret");
    admin().body(mended).patch(GRAPH + "/" + id).then().statusCode(200);
    fixture.order(ordered.requestId(), device, "ios", pfx, importId, "u1", Duration.ofHours(1));

    // Then
    assertThat(opened(delivered(ordered.requestId()), device).has("pkcs12")).isTrue();
  }

  @Test
  void emitsTheRecordedFailureAgainWithoutASecondTry() {
    // Given
    Key key = newKey();
    TestPfx pfx = TestPfx.of("alice", KeySpec.EC_256);
    String upn = upn();
    imported(key, pfx, pfx.file("secret", 0), upn, "wrong");
    UUID importId = importId(pfx, upn);
    Device device = device();
    Ordered ordered = fixture.order(device, "ios", pfx, importId, "u1");
    JsonNode first = events.await("ImportDeliveryFailed", "requestId", ordered.requestId());

    // When
    fixture.order(ordered.requestId(), device, "ios", pfx, importId, "u1", Duration.ofHours(1));

    // Then
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(events.all("ImportDeliveryFailed", "requestId", ordered.requestId()))
                    .hasSize(2)
                    .allSatisfy(event -> assertThat(event).isEqualTo(first)));
  }

  @Test
  void handsTheSameBytesOverAgainWhenTheCommandComesAgain() {
    // Given
    Key key = newKey();
    TestPfx pfx = TestPfx.of("bob", KeySpec.EC_256);
    String upn = upn();
    imported(key, pfx, pfx.file("secret", 0), upn, "secret");
    UUID importId = importId(pfx, upn);
    Device device = device();
    Ordered ordered = fixture.order(device, "ios", pfx, importId, "u1");
    JsonNode first = delivered(ordered.requestId());
    awaitState(ordered.requestId(), "HANDED_OVER");
    int puts = RecordingIssuance.puts();

    // When
    fixture.order(ordered.requestId(), device, "ios", pfx, importId, "u1", Duration.ofHours(1));

    // Then
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(RecordingIssuance.puts()).isGreaterThan(puts));
    awaitState(ordered.requestId(), "HANDED_OVER");
    assertThat(packagesOf(ordered.requestId())).containsExactly(first);
  }

  @Test
  void packagesAnewForAnotherDeviceKey() {
    // Given
    Key key = newKey();
    TestPfx pfx = TestPfx.of("bob", KeySpec.EC_256);
    String upn = upn();
    imported(key, pfx, pfx.file("secret", 0), upn, "secret");
    UUID importId = importId(pfx, upn);
    Device old = device();
    Ordered ordered = fixture.order(old, "ios", pfx, importId, "u1");
    delivered(ordered.requestId());
    awaitState(ordered.requestId(), "HANDED_OVER");

    // When
    Device renewed = Devices.ofTenant("default").rsa(old.deviceId());
    fixture.order(ordered.requestId(), renewed, "ios", pfx, importId, "u1", Duration.ofHours(1));

    // Then
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(packagesOf(ordered.requestId())).hasSize(2));
    String keyHash = Digests.sha256Hex(renewed.keys().getPublic().getEncoded());
    JsonNode newer =
        packagesOf(ordered.requestId()).stream()
            .filter(each -> each.get("deviceKeySha256").asText().equals(keyHash))
            .findFirst()
            .orElseThrow();
    assertThat(opened(newer, renewed).has("pkcs12")).isTrue();
  }

  @Test
  void deliversNothingToADeviceThatItDoesNotTrust() {
    // Given
    Key key = newKey();
    TestPfx pfx = TestPfx.of("carol", KeySpec.EC_256);
    String upn = upn();
    imported(key, pfx, pfx.file("secret", 0), upn, "secret");
    UUID importId = importId(pfx, upn);
    Devices devices = Devices.ofTenant("default");
    String id = "dev-" + UUID.randomUUID();

    for (Device device :
        List.of(
            devices.fromForeignCa(id + "-a"),
            devices.named(id + "-b", "another-device"),
            devices.expired(id + "-c"))) {
      // When
      Ordered ordered = fixture.order(device, "ios", pfx, importId, "u1");

      // Then
      assertThat(
              events
                  .await("ImportDeliveryFailed", "requestId", ordered.requestId())
                  .get("code")
                  .asText())
          .isEqualTo("device-untrusted");
      assertThat(find(ordered.requestId())).isNull();
    }
  }

  @Test
  void waitsForIssuanceServiceAndLosesNothing() {
    // Given
    RecordingIssuance.refuse(503);
    Key key = newKey();
    TestPfx pfx = TestPfx.of("dave", KeySpec.EC_256);
    String upn = upn();
    imported(key, pfx, pfx.file("secret", 0), upn, "secret");
    Device device = device();
    Ordered ordered = fixture.order(device, "ios", pfx, importId(pfx, upn), "u1");
    awaitState(ordered.requestId(), "PACKAGED");

    // When
    RecordingIssuance.refuse(0);

    // Then
    assertThat(opened(delivered(ordered.requestId()), device).has("pkcs12")).isTrue();
  }

  @Test
  void waitsForAFreshGrantWhereTheOldOneExpired() {
    // Given
    Key key = newKey();
    TestPfx pfx = TestPfx.of("erin", KeySpec.EC_256);
    String upn = upn();
    imported(key, pfx, pfx.file("secret", 0), upn, "secret");
    UUID importId = importId(pfx, upn);
    Device device = device();
    UUID requestId = UUID.randomUUID();
    fixture.order(requestId, device, "ios", pfx, importId, "u1", Duration.ofSeconds(-1));
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(reason(requestId)).isEqualTo("grant-expired"));
    assertThat(find(requestId)).isNull();

    // When
    fixture.order(requestId, device, "ios", pfx, importId, "u1", Duration.ofHours(1));

    // Then
    assertThat(delivered(requestId)).isNotNull();
  }

  @Test
  void deletingAnImportDestroysItAndEndsItsDeliveries() {
    // Given
    RecordingIssuance.refuse(503);
    Key key = newKey();
    TestPfx pfx = TestPfx.of("frank", KeySpec.EC_256);
    String upn = upn();
    String id = imported(key, pfx, pfx.file("secret", 0), upn, "secret");
    UUID importId = importId(pfx, upn);
    Ordered waiting = fixture.order(device(), "ios", pfx, importId, "u1");
    awaitState(waiting.requestId(), "PACKAGED");

    // When
    as("profile-admin").delete(GRAPH + "/" + id).then().statusCode(204);
    RecordingIssuance.refuse(0);
    Ordered late = fixture.order(device(), "ios", pfx, importId, "u1");

    // Then
    for (Ordered ordered : List.of(waiting, late)) {
      assertThat(
              events
                  .await("ImportDeliveryFailed", "requestId", ordered.requestId())
                  .get("code")
                  .asText())
          .isEqualTo("import-deleted");
    }
    assertThat(
            count(
                "select count(*) from imported where import_id = $1 and sealed_pfx is null",
                importId))
        .isEqualTo(1);
    assertThat(
            count(
                "select count(*) from delivery where import_id = $1 and package_body is not null",
                importId))
        .isZero();
    assertThat(events.ofImport(importId))
        .last()
        .satisfies(event -> assertThat(event.get("state").asText()).isEqualTo("deleted"));
  }

  @Test
  void correctsTheRecordByTheCertificateItself() {
    // Given
    Key key = newKey();
    TestPfx pfx = TestPfx.of("grace", KeySpec.EC_256);
    String upn = upn();
    Map<String, Object> body = body(key, pfx, pfx.file("secret", 0), upn, "secret");
    body.put("expirationDateTime", "2099-01-01T00:00:00Z");
    admin().body(body).post(GRAPH).then().statusCode(201);
    UUID importId = importId(pfx, upn);

    // When
    delivered(fixture.order(device(), "ios", pfx, importId, "u1").requestId());

    // Then
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                as("auditor")
                    .get("/api/v1/imports/" + importId)
                    .then()
                    .body("notAfter", equalTo(pfx.end().toString()))
                    .body("sha256", equalTo(Digests.sha256Hex(pfx.leaf()))));
  }

  @Test
  void refusesAFileWithAnotherCertificateThanItWasImportedAs() {
    // Given
    Key key = newKey();
    TestPfx claimed = TestPfx.of("heidi", KeySpec.EC_256);
    TestPfx real = TestPfx.of("heidi", KeySpec.EC_256);
    String upn = upn();
    imported(key, claimed, real.file("secret", 0), upn, "secret");

    // When
    Ordered ordered = fixture.order(device(), "ios", claimed, importId(claimed, upn), "u1");

    // Then
    assertThat(
            events
                .await("ImportDeliveryFailed", "requestId", ordered.requestId())
                .get("code")
                .asText())
        .isEqualTo("thumbprint-mismatch");
  }

  @Test
  void aCrowdOfOneUserDelaysNobodyElse() {
    // Given
    Key key = newKey();
    TestPfx busy = TestPfx.of("busy", KeySpec.EC_256);
    String busyUpn = upn();
    imported(key, busy, busy.file("secret", 0), busyUpn, "secret");
    UUID busyImport = importId(busy, busyUpn);
    TestPfx calm = TestPfx.of("calm", KeySpec.EC_256);
    String calmUpn = upn();
    imported(key, calm, calm.file("secret", 0), calmUpn, "secret");
    UUID calmImport = importId(calm, calmUpn);
    Device any = device();
    Grant.ImportedPfx granted = PfxImportFixture.granted(busyImport);
    List<DeliverImport> commands = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      commands.add(forProfile(any, busy, granted, i));
    }
    List<UUID> crowd = commands.stream().map(DeliverImport::requestId).toList();
    fixture.send(commands);

    // When
    Instant start = Instant.now();
    Ordered ordered = fixture.order(device(), "ios", calm, calmImport, "calm-user");
    delivered(ordered.requestId());
    Duration took = Duration.between(start, Instant.now());

    // Then
    long ahead =
        count(
            "select count(*) from delivery where request_id = any($1) and state <> 'HANDED_OVER'",
            (Object) crowd.toArray(UUID[]::new));
    assertThat(took).isLessThan(Duration.ofSeconds(5));
    assertThat(ahead).as("the crowd is still waiting when the calm user is served").isPositive();
  }

  /** The same device and user under many profiles: many natural keys of one user. */
  private static DeliverImport forProfile(
      Device device, TestPfx pfx, Grant.ImportedPfx imported, int number) {
    UUID requestId = UUID.randomUUID();
    NaturalKey naturalKey =
        new NaturalKey(
            "default", device.deviceId(), "busy-user", new UUID(7, number), pfx.thumbprint(), 1);
    return new DeliverImport(
        requestId,
        naturalKey,
        PfxImportFixture.grant(requestId, naturalKey, device, "ios", Duration.ofHours(1), imported),
        imported.importId(),
        Bytes.of(device.certificateDer()));
  }

  private static List<JsonNode> packagesOf(UUID requestId) {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode each : RecordingIssuance.packages()) {
      if (each.get("requestId").asText().equals(requestId.toString())) {
        found.add(each);
      }
    }
    return found;
  }

  private void awaitState(UUID requestId, String state) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(
                        count(
                            "select count(*) from delivery where request_id = $1 and state = '"
                                + state
                                + "'",
                            requestId))
                    .isEqualTo(1));
  }

  private String reason(UUID requestId) {
    var rows =
        pool.preparedQuery("select reason from delivery where request_id = $1")
            .execute(Tuple.of(requestId))
            .await()
            .indefinitely();
    return rows.size() == 0 ? "" : String.valueOf(rows.iterator().next().getString(0));
  }

  private long count(String sql, Object parameter) {
    return pool.preparedQuery(sql)
        .execute(Tuple.of(parameter))
        .await()
        .indefinitely()
        .iterator()
        .next()
        .getLong(0);
  }

  static JsonNode json(byte[] value) {
    try {
      return ContractJson.mapper().readTree(value);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
