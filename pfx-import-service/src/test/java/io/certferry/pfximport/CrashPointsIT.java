package io.certferry.pfximport;

import static io.certferry.pfximport.PfxImportFixture.GRAPH;
import static io.certferry.pfximport.PfxImportFixture.admin;
import static io.certferry.pfximport.PfxImportFixture.as;
import static io.certferry.pfximport.PfxImportFixture.body;
import static io.certferry.pfximport.PfxImportFixture.delivered;
import static io.certferry.pfximport.PfxImportFixture.importId;
import static io.certferry.pfximport.PfxImportFixture.newKey;
import static io.certferry.pfximport.PfxImportFixture.opened;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.Bytes;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.Headers;
import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.DeliverImport;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.grant.Grant;
import io.certferry.messaging.crash.CrashPoint;
import io.certferry.pki.key.KeySpec;
import io.certferry.testkit.Device;
import io.certferry.testkit.Devices;
import io.certferry.testkit.process.ChildProcess;
import io.certferry.testkit.process.FreePorts;
import io.certferry.testkit.process.StopSignal;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The packaged service dies at a crash point as if its power were cut, and is started again:
 * nothing is lost, nothing is delivered twice or to the wrong device.
 */
class CrashPointsIT {

  private static final Path APPLICATION = Path.of("target/quarkus-app/quarkus-run.jar");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final PfxImportTestResource SERVERS = new PfxImportTestResource();

  private static Map<String, String> properties = Map.of();

  @TempDir Path directory;
  private final List<ChildProcess> started = new ArrayList<>();

  @BeforeAll
  static void startsTheServers() {
    SERVERS.init(Map.of("certferry.deliveries.lease", "PT3S"));
    properties = SERVERS.start();
  }

  @AfterAll
  static void stopsTheServers() {
    SERVERS.stop();
  }

  @AfterEach
  void stopsTheService() {
    started.forEach(ChildProcess::kill);
  }

  @ParameterizedTest
  @EnumSource(
      value = CrashPoint.class,
      names = {
        "INTAKE_BEFORE_COMMIT",
        "INTAKE_AFTER_COMMIT_BEFORE_ACK",
        "PFX_PACKAGE_BEFORE_COMMIT",
        "PFX_PACKAGE_AFTER_COMMIT",
        "PFX_HANDOVER_BEFORE_SEND",
        "PFX_HANDOVER_AFTER_ANSWER",
        "PFX_HANDOVER_AFTER_COMMIT"
      })
  void aDeliverySurvivesACrash(CrashPoint point) throws IOException {
    // Given
    ChildProcess service = start(null);
    TestPfx pfx = TestPfx.of("alice", KeySpec.EC_256);
    String upn = "alice-" + UUID.randomUUID() + "@contoso.test";
    PfxImportFixture.imported(newKey(), pfx, pfx.file("secret", 1), upn, "secret");
    UUID importId = importId(pfx, upn);
    service.stop(PATIENCE);
    ChildProcess crashing = start(point);

    // When
    Device device = Devices.ofTenant("default").ec("dev-" + UUID.randomUUID());
    UUID requestId = UUID.randomUUID();
    order(requestId, device, pfx, importId, upn);
    assertThat(crashing.endsWithin(PATIENCE)).as(crashing.lastLines(20)).isTrue();
    assertThat(crashing.exitCode()).contains(137);
    start(null);

    // Then
    JsonNode delivered = delivered(requestId);
    assertThat(opened(delivered, device).get("chain")).hasSize(1);
    long packages = 0;
    for (JsonNode each : RecordingIssuance.packages()) {
      packages += each.get("requestId").asText().equals(requestId.toString()) ? 1 : 0;
    }
    assertThat(packages).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = CrashPoint.class,
      names = {"PFX_IMPORT_BEFORE_COMMIT", "PFX_IMPORT_AFTER_COMMIT"})
  void anImportSurvivesACrash(CrashPoint point) throws IOException {
    // Given
    ChildProcess service = start(null);
    PfxImportFixture.Key key = newKey();
    service.stop(PATIENCE);
    ChildProcess crashing = start(point);
    TestPfx pfx = TestPfx.of("bob", KeySpec.EC_256);
    String upn = "bob-" + UUID.randomUUID() + "@contoso.test";
    Map<String, Object> body = body(key, pfx, pfx.file("secret", 0), upn, "secret");

    // When
    assertThatThrownBy(() -> admin().body(body).post(GRAPH)).isInstanceOf(Exception.class);
    assertThat(crashing.endsWithin(PATIENCE)).isTrue();
    start(null);
    int again = admin().body(body).post(GRAPH).statusCode();

    // Then
    assertThat(again).isEqualTo(point == CrashPoint.PFX_IMPORT_BEFORE_COMMIT ? 201 : 409);
    UUID importId = importId(pfx, upn);
    Device device = Devices.ofTenant("default").ec("dev-" + UUID.randomUUID());
    UUID requestId = UUID.randomUUID();
    order(requestId, device, pfx, importId, upn);
    assertThat(opened(delivered(requestId), device).has("pkcs12")).isTrue();
  }

  @Test
  void aRotationSurvivesACrash() throws IOException {
    // Given
    ChildProcess service = start(null);
    PfxImportFixture.Key key = newKey();
    TestPfx pfx = TestPfx.of("carol", KeySpec.EC_256);
    String upn = "carol-" + UUID.randomUUID() + "@contoso.test";
    PfxImportFixture.imported(key, pfx, pfx.file("secret", 0), upn, "secret");
    UUID importId = importId(pfx, upn);
    service.stop(PATIENCE);

    // When
    ChildProcess crashing = start(CrashPoint.PFX_REWRAP_BEFORE_COMMIT);
    as("pki-admin")
        .contentType(ContentType.JSON)
        .post("/api/v1/import-keys/" + key.id() + "/rotate")
        .then()
        .statusCode(201);
    assertThat(crashing.endsWithin(PATIENCE)).isTrue();
    start(null);

    // Then
    org.awaitility.Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        as("auditor")
                            .get("/api/v1/import-keys/" + key.id())
                            .<Integer>path("imports"))
                    .isZero());
    Device device = Devices.ofTenant("default").ec("dev-" + UUID.randomUUID());
    UUID requestId = UUID.randomUUID();
    order(requestId, device, pfx, importId, upn);
    assertThat(opened(delivered(requestId), device).has("pkcs12")).isTrue();
  }

  private ChildProcess start(@org.jspecify.annotations.Nullable CrashPoint point)
      throws IOException {
    int port = FreePorts.next();
    Path settings = directory.resolve("application-" + port + ".properties");
    StringBuilder text = new StringBuilder();
    properties.forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
    text.append("quarkus.http.port=").append(port).append('\n');
    text.append("quarkus.http.ssl-port=").append(FreePorts.next()).append('\n');
    text.append("quarkus.log.console.json.enabled=false\n");
    Files.writeString(settings, text.toString());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx144m", "-XX:+UseSerialGC"));
    if (point != null) {
      command.add("-Dcertferry.crash-at=" + point);
    }
    command.add("-Dquarkus.config.locations=" + settings);
    command.addAll(List.of("-jar", APPLICATION.toAbsolutePath().toString()));
    ChildProcess service =
        ChildProcess.start(
            new ChildProcess.Spec(
                "pfx-import-service",
                command,
                Map.of(),
                directory,
                directory.resolve("service-" + port + ".log"),
                StopSignal.TERM));
    started.add(service);
    RestAssured.baseURI = "http://127.0.0.1";
    RestAssured.port = port;
    awaitReady(service);
    return service;
  }

  private static void awaitReady(ChildProcess service) {
    org.awaitility.Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () -> {
              assertThat(service.isAlive()).as(service.lastLines(40)).isTrue();
              try {
                return RestAssured.get("/q/health/ready").statusCode() == 200;
              } catch (RuntimeException notYet) {
                return false;
              }
            });
  }

  private static void order(UUID requestId, Device device, TestPfx pfx, UUID importId, String upn) {
    NaturalKey naturalKey =
        new NaturalKey("default", device.deviceId(), "u1", new UUID(1, 1), pfx.thumbprint(), 1);
    DeliverImport command =
        new DeliverImport(
            requestId,
            naturalKey,
            PfxImportFixture.grant(
                requestId,
                naturalKey,
                device,
                "ios",
                Duration.ofHours(1),
                new Grant.ImportedPfx(importId, upn, "smimeEncryption")),
            importId,
            Bytes.of(device.certificateDer()));
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            Topics.PFX_DELIVERIES,
            Keys.device("default", device.deviceId()),
            ContractJson.write(command));
    Map<String, String> headers = new HashMap<>();
    headers.put(Headers.SPEC_VERSION, "1.0");
    headers.put(Headers.ID, UUID.randomUUID().toString());
    headers.put(Headers.TYPE, "io.certferry.pfx.DeliverImport.v1");
    headers.put(Headers.SOURCE, "/certferry/profile-service");
    headers.put(Headers.TIME, Instant.now().toString());
    headers.put(Headers.TENANT, "default");
    headers.put(Headers.CORRELATION_ID, requestId.toString());
    headers.put(Headers.CONTENT_TYPE, "application/json");
    headers.forEach(
        (name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
    Map<String, Object> client =
        Map.of("bootstrap.servers", properties.getOrDefault("kafka.bootstrap.servers", ""));
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(client, new StringSerializer(), new ByteArraySerializer())) {
      producer.send(record);
      producer.flush();
    }
  }
}
