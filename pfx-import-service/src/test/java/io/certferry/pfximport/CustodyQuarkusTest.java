package io.certferry.pfximport;

import static io.certferry.pfximport.PfxImportFixture.GRAPH;
import static io.certferry.pfximport.PfxImportFixture.admin;
import static io.certferry.pfximport.PfxImportFixture.as;
import static io.certferry.pfximport.PfxImportFixture.delivered;
import static io.certferry.pfximport.PfxImportFixture.importId;
import static io.certferry.pfximport.PfxImportFixture.imported;
import static io.certferry.pfximport.PfxImportFixture.key;
import static io.certferry.pfximport.PfxImportFixture.newKey;
import static io.certferry.pfximport.PfxImportFixture.opened;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.Bytes;
import io.certferry.contracts.Topics;
import io.certferry.contracts.UserIds;
import io.certferry.messaging.Outbox;
import io.certferry.pfximport.PfxImportFixture.Key;
import io.certferry.pfximport.PfxImportFixture.Ordered;
import io.certferry.pki.custody.ImportBinding;
import io.certferry.pki.custody.SealedImport;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.SecretBytes;
import io.certferry.testkit.Device;
import io.certferry.testkit.Devices;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(PfxImportTestResource.class)
class CustodyQuarkusTest {

  @Inject Pool pool;
  @Inject Outbox outbox;
  private PfxImportFixture fixture;

  @BeforeEach
  void usesTheRunningService() {
    fixture = new PfxImportFixture(pool, outbox);
  }

  private static Device device() {
    return Devices.ofTenant("default").ec("dev-" + UUID.randomUUID());
  }

  private static String upn() {
    return "user-" + UUID.randomUUID() + "@contoso.test";
  }

  @Test
  void noSecretIsInTheDatabaseOrOnKafka() {
    // Given
    String password = "correct-horse-battery";
    TestPfx pfx = TestPfx.of("alice", KeySpec.RSA_2048);
    byte[] file = pfx.file(password, 2);
    String upn = upn();
    imported(newKey(), pfx, file, upn, password);
    Device device = device();
    JsonNode content =
        opened(
            delivered(fixture.order(device, "ios", pfx, importId(pfx, upn), "u1").requestId()),
            device);

    // When
    List<byte[]> secrets = new ArrayList<>();
    secrets.add(password.getBytes(StandardCharsets.US_ASCII));
    secrets.add(content.get("password").asText().getBytes(StandardCharsets.US_ASCII));
    secrets.add(Arrays.copyOfRange(file, 200, 232));
    secrets.add(Arrays.copyOfRange(pfx.pkcs8(), 100, 132));

    // Then
    String everything = dump();
    assertThat(everything).contains(upn);
    for (byte[] secret : secrets) {
      assertThat(everything)
          .doesNotContain(HexFormat.of().formatHex(secret))
          .doesNotContain(new String(secret, StandardCharsets.ISO_8859_1))
          .doesNotContain(Base64.getEncoder().encodeToString(secret).substring(0, 24));
    }
    try (EventsOfTheTopic imports = new EventsOfTheTopic(Topics.PFX_IMPORTS);
        EventsOfTheTopic commands = new EventsOfTheTopic(Topics.PFX_DELIVERIES)) {
      for (EventsOfTheTopic topic : List.of(imports, commands)) {
        topic
            .records()
            .forEach(
                record ->
                    assertThat(new String(record.value(), StandardCharsets.ISO_8859_1))
                        .doesNotContain(password));
      }
    }
  }

  /** Every table as text, binary columns in hex. */
  private String dump() {
    StringBuilder all = new StringBuilder();
    for (Row table :
        pool.query("select tablename from pg_tables where schemaname = 'public'")
            .execute()
            .await()
            .indefinitely()) {
      String sql = "select t::text as row from " + table.getString(0) + " t";
      for (Row row : pool.query(sql).execute().await().indefinitely()) {
        all.append(row.getString("row")).append('\n');
      }
    }
    return all.toString();
  }

  @Test
  void aRowWithAnothersPartsDoesNotOpen() {
    // Given
    Key key = newKey();
    TestPfx mine = TestPfx.of("alice", KeySpec.EC_256);
    TestPfx others = TestPfx.of("bob", KeySpec.EC_256);
    String upn = upn();
    String othersUpn = upn();
    imported(key, mine, mine.file("secret", 0), upn, "secret");
    imported(key, others, others.file("secret", 0), othersUpn, "secret");
    UUID importId = importId(mine, upn);

    // When
    pool.preparedQuery(
            """
            update imported a set sealed_pfx = b.sealed_pfx, sealed_password = b.sealed_password,
              encrypted_key = b.encrypted_key, pfx_sha256 = b.pfx_sha256
            from imported b where a.import_id = $1 and b.import_id = $2
            """)
        .execute(Tuple.of(importId, importId(others, othersUpn)))
        .await()
        .indefinitely();
    Ordered ordered = fixture.order(device(), "ios", mine, importId, "u1");

    // Then
    try (EventsOfTheTopic events = new EventsOfTheTopic(Topics.PFX_IMPORTS)) {
      assertThat(
              events
                  .await("ImportDeliveryFailed", "requestId", ordered.requestId())
                  .get("code")
                  .asText())
          .isEqualTo("custody-broken");
    }
  }

  @Test
  void rotatesAKeyWhileDeliveriesGoOn() {
    // Given
    Key key = newKey();
    TestPfx pfx = TestPfx.of("many", KeySpec.EC_256);
    byte[] file = pfx.file("secret", 0);
    int imports = Integer.getInteger("certferry.rotation.imports", 60);
    List<String> upns = new ArrayList<>();
    for (int i = 0; i < imports; i++) {
      String upn = upn();
      imported(key, pfx, file, upn, "secret");
      upns.add(upn);
    }
    List<Ordered> ordered = new ArrayList<>();
    Device device = device();

    // When
    String newer =
        as("pki-admin")
            .contentType(ContentType.JSON)
            .post("/api/v1/import-keys/" + key.id() + "/rotate")
            .then()
            .statusCode(201)
            .body("version", is(2))
            .extract()
            .asString();
    for (String upn : upns.subList(0, 20)) {
      ordered.add(fixture.order(device, "ios", pfx, importId(pfx, upn), "user-" + upn.hashCode()));
    }

    // Then
    ordered.forEach(each -> delivered(each.requestId()));
    await()
        .atMost(Duration.ofMinutes(5))
        .untilAsserted(
            () ->
                as("auditor")
                    .get("/api/v1/import-keys/" + key.id())
                    .then()
                    .body("state", is("older"))
                    .body("imports", is(0)));
    as("auditor")
        .get("/api/v1/import-keys/" + key(newer).id())
        .then()
        .body("imports", equalTo(imports));

    // When
    as("pki-admin").delete("/api/v1/import-keys/" + key(newer).id()).then().statusCode(409);
    as("pki-admin").delete("/api/v1/import-keys/" + key.id()).then().statusCode(204);

    // Then
    Device another = device();
    Ordered after = fixture.order(another, "ios", pfx, importId(pfx, upns.get(1)), "u9");
    assertThat(opened(delivered(after.requestId()), another).has("pkcs12")).isTrue();
    TestPfx late = TestPfx.of("late", KeySpec.EC_256);
    imported(key(newer), late, late.file("secret", 0), upn(), "secret");
    admin()
        .body(PfxImportFixture.body(key, late, late.file("secret", 0), upn(), "secret"))
        .post(PfxImportFixture.GRAPH)
        .then()
        .statusCode(400);
  }

  @Test
  void takesANativeImportAndNothingThatIsBoundToSomethingElse() {
    // Given
    Key key = newKey();
    TestPfx pfx = TestPfx.of("nina", KeySpec.EC_256);
    byte[] file = pfx.file("secret", 1);
    String upn = upn();
    Map<String, Object> body = sealed(key, pfx, file, upn, "smimeEncryption");

    // Then
    Map<String, Object> moved = new LinkedHashMap<>(body);
    moved.put("userPrincipalName", upn());
    admin()
        .body(moved)
        .post("/api/v1/imports")
        .then()
        .statusCode(422)
        .body("errors[0].rule", is("binding"));
    moved = new LinkedHashMap<>(body);
    moved.put("purpose", "smimeSigning");
    admin().body(moved).post("/api/v1/imports").then().statusCode(422);
    admin()
        .body(body)
        .post("/api/v1/imports")
        .then()
        .statusCode(201)
        .body("state", is("available"))
        .body("thumbprint", is(pfx.thumbprint()))
        .body("notAfter", is(pfx.end().toString()));
    admin().body(body).post("/api/v1/imports").then().statusCode(200).body("version", is(1));
    admin()
        .body(sealed(key, pfx, pfx.file("secret", 0), upn, "smimeEncryption"))
        .post("/api/v1/imports")
        .then()
        .statusCode(409);
    Map<String, Object> replacing = sealed(key, pfx, file, upn, "smimeSigning");
    replacing.put("replace", true);
    admin().body(replacing).post("/api/v1/imports").then().statusCode(200).body("version", is(2));
    Device device = device();
    assertThat(
            opened(
                    delivered(
                        fixture
                            .order(device, "android", pfx, importId(pfx, upn), "u1")
                            .requestId()),
                    device)
                .get("chain"))
        .hasSize(1);
  }

  private static Map<String, Object> sealed(
      Key key, TestPfx pfx, byte[] file, String upn, String purpose) {
    ImportBinding binding =
        ImportBinding.of("default", UserIds.of("default", upn), pfx.thumbprint(), purpose, file);
    SealedImport sealed =
        SealedImport.seal(
            key.spki(),
            binding,
            file,
            SecretBytes.copyOf("secret".getBytes(StandardCharsets.US_ASCII)));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("userPrincipalName", upn);
    body.put("purpose", purpose);
    body.put("certificate", Bytes.of(pfx.leaf()).toBase64());
    body.put("pfxSha256", binding.pfxSha256());
    body.put("importKeySha256", sealed.keySha256());
    body.put("encryptedKey", Bytes.of(sealed.encryptedKey()).toBase64());
    body.put("sealedPfx", Bytes.of(sealed.pfx()).toBase64());
    body.put("sealedPassword", Bytes.of(sealed.password()).toBase64());
    return body;
  }

  @Test
  void keepsTheHistoryAndTellsWhatEndsWithoutASuccessor() {
    // Given
    Key key = newKey();
    String upn = upn();
    TestPfx old = TestPfx.of("olga", KeySpec.EC_256, -400, -35);
    TestPfx ending = TestPfx.of("olga", KeySpec.EC_256, -355, 10);
    imported(key, old, old.file("secret", 0), upn, "secret");
    imported(key, ending, ending.file("secret", 0), upn, "secret");

    // Then
    as("operator")
        .queryParam("limit", 200)
        .get("/api/v1/imports/expiring")
        .then()
        .statusCode(200)
        .body("items.thumbprint", hasItem(ending.thumbprint()));
    as("profile-admin")
        .queryParam("userPrincipalName", upn)
        .get("/api/v1/imports")
        .then()
        .body("items", hasSize(2))
        .body("items.find { it.thumbprint == '" + old.thumbprint() + "' }.current", is(false))
        .body("items.find { it.thumbprint == '" + ending.thumbprint() + "' }.current", is(true));

    // When
    TestPfx successor = TestPfx.of("olga", KeySpec.EC_256, -1, 364);
    imported(key, successor, successor.file("secret", 0), upn, "secret");

    // Then
    as("operator")
        .queryParam("limit", 200)
        .get("/api/v1/imports/expiring")
        .then()
        .body("items.findAll { it.thumbprint == '" + ending.thumbprint() + "' }", hasSize(0));
    as("operator")
        .queryParam("within", "soon")
        .get("/api/v1/imports/expiring")
        .then()
        .statusCode(422);
    for (TestPfx each : List.of(old, successor)) {
      Device device = device();
      Ordered ordered = fixture.order(device, "ios", each, importId(each, upn), "u1");
      assertThat(opened(delivered(ordered.requestId()), device).has("pkcs12")).isTrue();
    }
  }

  @Test
  void recordsEveryAccessInTheSealedAudit() {
    // Given
    TestPfx pfx = TestPfx.of("pat", KeySpec.EC_256);
    String upn = upn();
    String id = imported(newKey(), pfx, pfx.file("secret", 0), upn, "secret");
    UUID importId = importId(pfx, upn);
    as("profile-admin").get(GRAPH + "/" + id).then().statusCode(200);
    delivered(fixture.order(device(), "ios", pfx, importId, "u1").requestId());
    as("profile-admin").delete(GRAPH + "/" + id).then().statusCode(204);

    // Then
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(actions(importId))
                    .containsSubsequence(
                        "import.recorded", "import.read", "import.opened", "import.deleted"));
  }

  private List<String> actions(UUID importId) {
    List<String> actions = new ArrayList<>();
    for (Row row :
        pool.preparedQuery(
                "select action from audit where subject = $1 and position is not null order by"
                    + " position")
            .execute(Tuple.of("import/" + importId))
            .await()
            .indefinitely()) {
      actions.add(row.getString(0));
    }
    return actions;
  }

  @Test
  void refusesImportKeysOfWrongSizesAndNames() {
    admin()
        .body(Map.of("providerName", "", "keyName", "x", "size", 1024))
        .post("/api/v1/import-keys")
        .then()
        .statusCode(422)
        .body("errors", hasSize(2));
    Key key = newKey();
    admin()
        .body(Map.of("providerName", key.providerName(), "keyName", key.keyName()))
        .post("/api/v1/import-keys")
        .then()
        .statusCode(409);
    as("profile-admin")
        .get("/api/v1/import-keys/" + key.id())
        .then()
        .statusCode(200)
        .body("size", is(2048))
        .body("state", is("current"));
    as("profile-admin").post("/api/v1/import-keys/" + key.id() + "/rotate").then().statusCode(403);
  }
}
