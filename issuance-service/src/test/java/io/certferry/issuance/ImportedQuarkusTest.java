package io.certferry.issuance;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.event.PackageReady;
import io.certferry.contracts.event.PackageWithdrawn;
import io.certferry.contracts.event.RemovalRequested;
import io.certferry.contracts.event.RequestProgressed;
import io.certferry.contracts.event.RequestState;
import io.certferry.contracts.event.RevocationOrdered;
import io.certferry.contracts.grant.Grant;
import io.certferry.contracts.grant.JwsKeys;
import io.certferry.issuance.imported.InternalListener;
import io.certferry.packaging.DevicePackages;
import io.certferry.pki.certificate.Certificates;
import io.certferry.testkit.Device;
import io.certferry.testkit.Tokens;
import io.certferry.testkit.certificate.KeyPairs;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packages of imports: taken from pfx-import-service alone, then offered like any package. */
@QuarkusTest
class ImportedQuarkusTest extends ServiceTest {

  private static final String THUMBPRINT = "BF7A1B2C3D4E5F60718293A4B5C6D7E8F9012345";

  @Inject
  @SuppressWarnings("NullAway.Init")
  InternalListener listener;

  private final Device device = stories.newDevice();
  private final Grant grant = grant(device, 1);
  private final HttpClient pfxImport = InternalClients.of("pfx-import-service");

  @Test
  void offersAPackageAndTellsEverybody() throws Exception {
    // Given
    UUID id = UUID.randomUUID();
    ObjectNode body = body(id, grant, device);

    // When
    HttpResponse<String> answer = put(id, body);

    // Then
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    PackageReady ready =
        stories.wire.await(PackageReady.class, each -> each.packageId().equals(id));
    assertThat(ready.kind()).isEqualTo("imported-pfx");
    assertThat(ready.forms()).containsExactly("cms", "mobileconfig");
    RequestProgressed offered = progressed(RequestState.OFFERED);
    assertThat(offered.certificate()).isNotNull();
    assertThat(offered.certificate().caId()).isEqualTo("imported");
    assertThat(offered.platform()).isEqualTo("ios");
    assertThat(Stories.open(ready, device).get("profileId").asText())
        .isEqualTo(grant.naturalKey().profileId().toString());
    assertThat(Stories.fetch(id, "mobileconfig").statusCode()).isEqualTo(200);
    given()
        .auth()
        .oauth2(Tokens.token("mdm", Stories.TENANT))
        .get("/api/v1/packages?deviceId=" + device.deviceId())
        .then()
        .body("items", hasSize(1))
        .body("items[0].kind", equalTo("imported-pfx"))
        .body("items[0].state", equalTo("OFFERED"));
  }

  @Test
  void takesTheSamePackageOnceAndTellsItsStateAgain() throws Exception {
    // Given
    UUID id = UUID.randomUUID();
    ObjectNode body = body(id, grant, device);
    put(id, body);
    progressed(RequestState.OFFERED);

    // When
    HttpResponse<String> again = put(id, body);

    // Then
    assertThat(again.statusCode()).isEqualTo(200);
    List<RequestProgressed> told =
        stories.wire.await(
            RequestProgressed.class, 2, each -> each.requestId().equals(grant.requestId()));
    assertThat(told).extracting(RequestProgressed::version).containsOnly(2);
    assertThat(count("select count(*) from package where request_id = $1", grant.requestId()))
        .isEqualTo(1);
  }

  @Test
  void refusesOtherBytesUnderTheSameId() throws Exception {
    // Given
    UUID id = UUID.randomUUID();
    put(id, body(id, grant, device));

    // When
    HttpResponse<String> other = put(id, body(id, grant, device));

    // Then
    assertThat(other.statusCode()).isEqualTo(409);
    assertThat(other.headers().firstValue("Content-Type")).contains("application/problem+json");
  }

  @Test
  void replacesAPackageThatIsNotInstalled() throws Exception {
    // Given
    UUID first = UUID.randomUUID();
    put(first, body(first, grant, device));

    // When
    UUID second = UUID.randomUUID();
    HttpResponse<String> answer = put(second, body(second, grant, device));

    // Then
    assertThat(answer.statusCode()).isEqualTo(201);
    stories.wire.await(PackageWithdrawn.class, each -> each.packageId().equals(first));
    assertThat(Stories.fetch(first, "cms").statusCode()).isEqualTo(410);
    assertThat(Stories.fetch(second, "cms").statusCode()).isEqualTo(200);
  }

  @Test
  void storesNothingForWhatIsInstalledAndForgetsItsBytes() throws Exception {
    // Given
    UUID id = UUID.randomUUID();
    put(id, body(id, grant, device));
    Stories.acknowledge(id, "{\"outcome\":\"installed\"}").then().statusCode(204);
    progressed(RequestState.INSTALLED);

    // When
    UUID late = UUID.randomUUID();
    HttpResponse<String> answer = put(late, body(late, grant, device));

    // Then
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(Stories.fetch(late, "cms").statusCode()).isEqualTo(404);

    // When
    change("update request set next_attempt_at = now() where request_id = $1", grant.requestId());

    // Then
    progressed(RequestState.KEY_DESTROYED);
    assertThat(Stories.fetch(id, "cms").statusCode()).isEqualTo(410);
  }

  @Test
  void withdrawsAnOlderGenerationAndTakesNoneAfterANewerOne() throws Exception {
    // Given
    UUID first = UUID.randomUUID();
    put(first, body(first, grant, device));
    Grant newer = Stories.generation(grant, 2);
    Grant next = withImport(newer);
    UUID second = UUID.randomUUID();

    // When
    HttpResponse<String> answer = put(second, body(second, next, device));

    // Then
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    assertThat(Stories.fetch(first, "cms").statusCode()).isEqualTo(410);
    UUID late = UUID.randomUUID();
    assertThat(put(late, body(late, grant, device)).statusCode()).isEqualTo(410);
  }

  @Test
  void takesNothingForAnEnrolmentThatWasBarred() throws Exception {
    // Given
    UUID id = UUID.randomUUID();
    put(id, body(id, grant, device));
    change("update request set state = 'REVOKING' where request_id = $1", grant.requestId());

    // When
    UUID again = UUID.randomUUID();

    // Then
    assertThat(put(again, body(again, grant, device)).statusCode()).isEqualTo(410);
  }

  @Test
  void showsTheCertificateOfAnImport() throws Exception {
    // Given
    UUID id = UUID.randomUUID();

    // When
    put(id, body(id, grant, device));

    // Then
    given()
        .auth()
        .oauth2(Tokens.token("operator", Stories.TENANT))
        .get("/api/v1/requests/" + grant.requestId())
        .then()
        .statusCode(200)
        .body("state", equalTo("OFFERED"))
        .body("kind", equalTo("imported-pfx"))
        .body("certificate.caId", equalTo("imported"))
        .body("certificate.serial", equalTo(certificate().serial()))
        .body("certificate.sha256", equalTo(certificate().sha256()));
  }

  @ParameterizedTest
  @EnumSource(names = {"OFFERED", "INSTALLED", "KEY_DESTROYED"})
  void endsCancelledWhenItIsRemovedForNobodyWillRevokeIt(RequestState state) throws Exception {
    // Given
    UUID id = UUID.randomUUID();
    put(id, body(id, grant, device));
    progressed(RequestState.OFFERED);
    bringTo(state, id);

    // When
    remove();

    // Then
    RequestProgressed cancelled = progressed(RequestState.CANCELLED);
    assertThat(cancelled.certificate()).isEqualTo(certificate());
    assertThat(cancelled.detail()).isEqualTo("ended by profile-unassigned");
    assertThat(Stories.fetch(id, "cms").statusCode()).isEqualTo(410);
    RemovalRequested removal =
        stories.wire.await(
            RemovalRequested.class, each -> each.requestId().equals(grant.requestId()));
    assertThat(removal.packageId()).isEqualTo(id);
    assertThat(removal.certificate()).isEqualTo(certificate());
    assertThat(removal.reason()).isEqualTo("profile-unassigned");
    UUID again = UUID.randomUUID();
    assertThat(put(again, body(again, grant, device)).statusCode()).isEqualTo(410);
  }

  private void bringTo(RequestState state, UUID packageId) {
    if (state == RequestState.OFFERED) {
      return;
    }
    Stories.acknowledge(packageId, "{\"outcome\":\"installed\"}").then().statusCode(204);
    progressed(RequestState.INSTALLED);
    if (state == RequestState.KEY_DESTROYED) {
      change("update request set next_attempt_at = now() where request_id = $1", grant.requestId());
      progressed(RequestState.KEY_DESTROYED);
    }
  }

  private void remove() {
    stories.wire.send(
        Stories.TENANT,
        Topics.REVOCATIONS,
        Keys.device(Stories.TENANT, device.deviceId()),
        new RevocationOrdered(
            UUID.randomUUID(),
            grant.requestId(),
            grant.naturalKey(),
            null,
            null,
            null,
            "unspecified",
            "profile-unassigned",
            "lifecycle",
            "remove",
            true,
            Instant.now()));
  }

  @Test
  void believesOnlyASignedGrantThatSaysTheSame() throws Exception {
    UUID id = UUID.randomUUID();
    ObjectNode forged = body(id, grant, device);
    forged.put("grant", JwsKeys.signer(strangersKey()).sign(grant));
    assertThat(put(id, forged).body()).contains("untrusted");

    ObjectNode otherDevice = body(id, grant, device);
    otherDevice.put("deviceKeySha256", "ab".repeat(32));
    assertThat(put(id, otherDevice).statusCode()).isEqualTo(422);

    ObjectNode otherUser = body(id, grant, device);
    ((ObjectNode) otherUser.get("naturalKey")).put("subject", "u2");
    assertThat(put(id, otherUser).body()).contains("mismatch");

    ObjectNode otherTenant = body(id, grant, device);
    ((ObjectNode) otherTenant.get("naturalKey")).put("tenant", "other");
    assertThat(put(id, otherTenant).statusCode()).isEqualTo(422);

    assertThat(count("select count(*) from request where request_id = $1", grant.requestId()))
        .isZero();
  }

  @Test
  void tellsEverythingThatIsWrongWithABody() throws Exception {
    UUID id = UUID.randomUUID();
    assertThat(put(id, "{").statusCode()).isEqualTo(400);
    HttpResponse<String> empty = put(id, "{}");
    assertThat(empty.statusCode()).isEqualTo(422);
    assertThat(empty.body())
        .contains("/requestId", "/naturalKey", "/grant", "/certificate", "/forms/cms", "/kind");
    ObjectNode wrongHash = body(id, grant, device);
    wrongHash.put("sha256", "00".repeat(32));
    assertThat(put(id, wrongHash).body()).contains("/sha256");
    ObjectNode oddForm = body(id, grant, device);
    ((ObjectNode) oddForm.get("forms")).put("docx", "AAAA");
    assertThat(put(id, oddForm).body()).contains("unknown-form");
    assertThat(put(id, " ".repeat(5 << 20)).statusCode()).isEqualTo(413);
  }

  @Test
  void letsNobodyInButPfxImportService() throws Exception {
    UUID id = UUID.randomUUID();
    ObjectNode body = body(id, grant, device);
    assertThat(put(InternalClients.of("profile-service"), id, body.toString()).statusCode())
        .isEqualTo(403);
    assertThatThrownBy(() -> put(InternalClients.withoutCertificate(), id, body.toString()))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> put(InternalClients.stranger(), id, body.toString()))
        .isInstanceOf(IOException.class);
    given()
        .auth()
        .oauth2(Tokens.token("mdm", Stories.TENANT))
        .contentType("application/json")
        .body(body.toString())
        .put("/internal/v1/packages/" + id)
        .then()
        .statusCode(404);
  }

  @Test
  void servesNothingElseOnThatPort() throws Exception {
    assertThat(call(pfxImport, "GET", "/api/v1/packages/" + UUID.randomUUID(), "").statusCode())
        .isEqualTo(404);
    assertThat(
            call(pfxImport, "DELETE", "/internal/v1/packages/" + UUID.randomUUID(), "")
                .statusCode())
        .isEqualTo(405);
  }

  private static Grant grant(Device device, int generation) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    return new Grant(
        "imported-pfx",
        UUID.randomUUID(),
        new NaturalKey(
            Stories.TENANT, device.deviceId(), "u1", UUID.randomUUID(), THUMBPRINT, generation),
        1,
        Certificates.parse(device.certificateDer()).spkiSha256(),
        new Grant.DeviceFacts("ios", "18.1"),
        null,
        List.of(),
        new Grant.Delivery("S/MIME", "user", null),
        false,
        now,
        now.plus(Duration.ofDays(7)),
        new Grant.ImportedPfx(UUID.randomUUID(), "alice@contoso.test", "smimeEncryption"));
  }

  private Grant withImport(Grant other) {
    return new Grant(
        other.kind(),
        other.requestId(),
        other.naturalKey(),
        other.profileVersion(),
        other.deviceKeySha256(),
        other.device(),
        null,
        List.of(),
        other.delivery(),
        false,
        other.issuedAt(),
        other.expiresAt(),
        grant.importedPfx());
  }

  /** As pfx-import-service makes it; the content matters to the device alone. */
  private ObjectNode body(UUID packageId, Grant of, Device to) {
    DevicePackages.Built built = DevicePackages.roots(packageId, of, to.certificateDer());
    ObjectNode body = ContractJson.mapper().createObjectNode();
    body.put("requestId", of.requestId().toString());
    body.set("naturalKey", tree(of.naturalKey()));
    body.put("kind", "imported-pfx");
    body.put("grant", stories.profileService.sign(of));
    body.put("deviceKeySha256", of.deviceKeySha256());
    body.put("platform", of.device().platform());
    body.set("certificate", tree(certificate()));
    body.put("sha256", built.cms().sha256());
    ObjectNode forms = body.putObject("forms");
    built.forms().forEach(form -> forms.put(form.form().id(), form.content()));
    body.put("correlationId", "story-" + packageId);
    body.put("createdAt", Instant.now().toString());
    return body;
  }

  private static io.certferry.contracts.event.CertificateFacts certificate() {
    return new io.certferry.contracts.event.CertificateFacts(
        "imported",
        "CN=Mail CA",
        "0a1b",
        "CN=alice",
        Instant.parse("2026-01-01T00:00:00Z"),
        Instant.parse("2027-01-01T00:00:00Z"),
        "cd".repeat(32),
        "ef".repeat(32));
  }

  private static JsonNode tree(Object value) {
    return ContractJson.mapper().valueToTree(value);
  }

  private RequestProgressed progressed(RequestState state) {
    return stories.wire.await(
        RequestProgressed.class,
        each -> each.requestId().equals(grant.requestId()) && each.state() == state);
  }

  private HttpResponse<String> put(UUID id, ObjectNode body) throws Exception {
    return put(pfxImport, id, body.toString());
  }

  private HttpResponse<String> put(UUID id, String body) throws Exception {
    return put(pfxImport, id, body);
  }

  private HttpResponse<String> put(HttpClient client, UUID id, String body) throws Exception {
    return call(client, "PUT", "/internal/v1/packages/" + id, body);
  }

  private HttpResponse<String> call(
      HttpClient client, String method, String path, @Nullable String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + listener.port() + path))
            .timeout(Duration.ofSeconds(10))
            .method(method, HttpRequest.BodyPublishers.ofString(body == null ? "" : body))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static String strangersKey() throws IOException {
    java.nio.file.Path file = java.nio.file.Files.createTempFile("stranger", ".pem");
    io.certferry.testkit.certificate.PemFiles.writePrivateKey(file, KeyPairs.ec(), true);
    return java.nio.file.Files.readString(file);
  }
}
