package io.certferry.pfximport;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.Bytes;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.DeliverImport;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.grant.Grant;
import io.certferry.contracts.grant.JwsKeys;
import io.certferry.messaging.Cause;
import io.certferry.messaging.OutboundEvent;
import io.certferry.messaging.Outbox;
import io.certferry.pki.Digests;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.cms.CmsEnvelopes;
import io.certferry.pki.custody.OaepHash;
import io.certferry.pki.custody.RsaOaep;
import io.certferry.pki.key.SecretBytes;
import io.certferry.testkit.Device;
import io.certferry.testkit.Tokens;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.vertx.mutiny.sqlclient.Pool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Talks to the running service as its neighbours do. */
public final class PfxImportFixture {

  static final String GRAPH = "/beta/deviceManagement/userPfxCertificates";

  private final Pool pool;
  private final Outbox outbox;

  PfxImportFixture(Pool pool, Outbox outbox) {
    this.pool = pool;
    this.outbox = outbox;
  }

  static RequestSpecification as(String role) {
    return given().auth().oauth2(Tokens.token(role, "default"));
  }

  static RequestSpecification admin() {
    return as("profile-admin").contentType(ContentType.JSON);
  }

  /** An import key as its creator sees it. */
  record Key(UUID id, String providerName, String keyName, byte[] spki) {}

  static Key newKey() {
    String name = "key-" + UUID.randomUUID();
    return key(
        admin()
            .body(Map.of("providerName", "Certferry", "keyName", name, "size", 2048))
            .post("/api/v1/import-keys")
            .then()
            .statusCode(201)
            .extract()
            .asString());
  }

  static Key key(String json) {
    JsonNode key = tree(json);
    String pem = key.get("publicKeyPem").asText().replaceAll("-----[A-Z ]+-----", "");
    return new Key(
        UUID.fromString(key.get("id").asText()),
        key.get("providerName").asText(),
        key.get("keyName").asText(),
        Base64.getMimeDecoder().decode(pem));
  }

  /** The body of a Graph import; the password is one byte per character. */
  static Map<String, Object> body(Key key, TestPfx pfx, byte[] file, String upn, String password) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("thumbprint", pfx.thumbprint().toLowerCase(Locale.ROOT));
    body.put("intendedPurpose", "SmimeEncryption");
    body.put("userPrincipalName", upn);
    body.put("startDateTime", pfx.start().toString());
    body.put("expirationDateTime", pfx.end().toString());
    body.put("providerName", key.providerName());
    body.put("keyName", key.keyName());
    body.put("paddingScheme", "OaepSha512");
    body.put("encryptedPfxBlob", Base64.getEncoder().encodeToString(file));
    body.put("encryptedPfxPassword", encrypted(key, OaepHash.SHA512, password));
    body.put("createdDateTime", "2026-11-24T03:14:03.4126715+01:00");
    body.put("lastModifiedDateTime", "2026-11-24T03:14:03.4126715+01:00");
    return body;
  }

  static String encrypted(Key key, OaepHash hash, String password) {
    try (SecretBytes secret = SecretBytes.owning(password.getBytes(StandardCharsets.ISO_8859_1))) {
      return Base64.getEncoder()
          .encodeToString(RsaOaep.encrypt(key.spki(), hash, new byte[0], secret));
    }
  }

  /** Imports through Graph; the entity's id. */
  static String imported(Key key, TestPfx pfx, byte[] file, String upn, String password) {
    return admin()
        .body(body(key, pfx, file, upn, password))
        .post(GRAPH)
        .then()
        .statusCode(201)
        .extract()
        .path("id");
  }

  /** The import's own id, from the native API. */
  static UUID importId(TestPfx pfx, String upn) {
    String id =
        admin()
            .queryParam("userPrincipalName", upn)
            .queryParam("thumbprint", pfx.thumbprint())
            .get("/api/v1/imports")
            .then()
            .statusCode(200)
            .extract()
            .path("items[0].id");
    return UUID.fromString(id);
  }

  /** What one command is about. */
  record Ordered(UUID requestId, NaturalKey naturalKey) {}

  Ordered order(Device device, String platform, TestPfx pfx, UUID importId, String user) {
    return order(UUID.randomUUID(), device, platform, pfx, importId, user, Duration.ofHours(1));
  }

  Ordered order(
      UUID requestId,
      Device device,
      String platform,
      TestPfx pfx,
      UUID importId,
      String user,
      Duration validity) {
    NaturalKey naturalKey =
        new NaturalKey(
            "default",
            device.deviceId(),
            user,
            UUID.fromString("0b6f2f5e-6f0a-4c9e-9f57-7d2f5c0a1b11"),
            pfx.thumbprint(),
            1);
    DeliverImport command =
        new DeliverImport(
            requestId,
            naturalKey,
            grant(requestId, naturalKey, device, platform, validity, granted(importId)),
            importId,
            Bytes.of(device.certificateDer()));
    send(command);
    return new Ordered(requestId, naturalKey);
  }

  void send(DeliverImport command) {
    send(List.of(command));
  }

  /** All at once. */
  void send(List<DeliverImport> commands) {
    List<OutboundEvent> events = commands.stream().map(PfxImportFixture::event).toList();
    pool.withTransaction(tx -> outbox.append(tx, events)).await().indefinitely();
    outbox.nudge();
  }

  private static OutboundEvent event(DeliverImport command) {
    String tenant = command.naturalKey().tenant();
    return new OutboundEvent(
        tenant,
        Topics.PFX_DELIVERIES,
        Keys.device(tenant, command.naturalKey().deviceId()),
        command,
        Cause.fresh());
  }

  /** An import as profile-service would know it. */
  static Grant.ImportedPfx granted(UUID importId) {
    Response view = admin().get("/api/v1/imports/" + importId);
    String upn = view.path("userPrincipalName");
    return new Grant.ImportedPfx(
        importId,
        upn == null ? "nobody@contoso.test" : upn.toLowerCase(Locale.ROOT),
        upn == null ? "smimeEncryption" : view.<String>path("purpose"));
  }

  static String grant(
      UUID requestId,
      NaturalKey naturalKey,
      Device device,
      String platform,
      Duration validity,
      Grant.ImportedPfx imported) {
    Instant now = Instant.now();
    String version =
        platform.equals("ios") ? "18.1" : platform.equals("android") ? "14" : "10.0.22631";
    Grant grant =
        new Grant(
            "imported-pfx",
            requestId,
            naturalKey,
            1,
            Digests.sha256Hex(device.keys().getPublic().getEncoded()),
            new Grant.DeviceFacts(platform, version),
            null,
            List.of(),
            new Grant.Delivery("S/MIME", "user", null),
            false,
            now.minusSeconds(60),
            now.plus(validity),
            imported);
    try {
      return JwsKeys.signer(Files.readString(PfxImportTestResource.keyMaterial().grantSigningKey()))
          .sign(grant);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the package of a request. */
  static JsonNode delivered(UUID requestId) {
    return await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> find(requestId), found -> found != null);
  }

  static @Nullable JsonNode find(UUID requestId) {
    for (JsonNode each : RecordingIssuance.packages()) {
      if (each.get("requestId").asText().equals(requestId.toString())) {
        return each;
      }
    }
    return null;
  }

  /** The envelope's content, opened with the device's key. */
  static JsonNode opened(JsonNode delivered, Device device) {
    byte[] cms = Base64.getDecoder().decode(delivered.at("/forms/cms").asText());
    assertThat(Digests.sha256Hex(cms)).isEqualTo(delivered.get("sha256").asText());
    SecretBytes key = SecretBytes.owning(device.keys().getPrivate().getEncoded());
    try (SecretBytes content = CmsEnvelopes.open(cms, key, device.certificateDer())) {
      return tree(
          new String(
              content.expose(io.certferry.pki.key.SecretAccess.granted()), StandardCharsets.UTF_8));
    }
  }

  static JsonNode tree(String json) {
    try {
      return ContractJson.mapper().readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String serial(TestPfx pfx) {
    return Certificates.parse(pfx.leaf()).serialHex();
  }
}
