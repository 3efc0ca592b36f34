package io.certferry.profile.imported;

import static io.certferry.profile.Client.TENANT;
import static io.certferry.profile.Client.as;
import static io.certferry.profile.Client.assign;
import static io.certferry.profile.Client.checkIn;
import static io.certferry.profile.Client.create;
import static io.certferry.profile.Client.json;
import static io.certferry.profile.Client.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.UserIds;
import io.certferry.contracts.event.DeliverImport;
import io.certferry.contracts.event.EnrolmentEnded;
import io.certferry.contracts.event.ImportChanged;
import io.certferry.contracts.event.ImportDeliveryFailed;
import io.certferry.contracts.event.RequestProgressed;
import io.certferry.contracts.event.RequestState;
import io.certferry.contracts.grant.Grant;
import io.certferry.profile.Grants;
import io.certferry.profile.ServiceTest;
import io.certferry.testkit.Device;
import io.certferry.testkit.Devices;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From an import's event to the commands for a user's devices, and to their end. */
@QuarkusTest
class ImportedPfxQuarkusTest extends ServiceTest {

  private static final Instant NOW = Instant.now();

  private String upn;
  private UUID profile;

  @BeforeEach
  void assignsAProfile() {
    upn = unique("Alice") + "@Contoso.test";
    profile = create(TENANT, profile("smimeEncryption", 1));
    assign(TENANT, profile, "group", group);
  }

  /** An import as pfx-import-service tells of it. */
  private record Imported(UUID importId, String thumbprint, Instant notBefore, Instant notAfter) {

    static Imported of(int fromDay, int toDay) {
      return new Imported(
          UUID.randomUUID(),
          "%040X".formatted(Math.abs(UUID.randomUUID().getMostSignificantBits())),
          NOW.plus(Duration.ofDays(fromDay)),
          NOW.plus(Duration.ofDays(toDay)));
    }
  }

  @Test
  void deliversTheCurrentCertificateAndTheHistoryThatTheProfileAsksFor() {
    // Given
    Imported oldest = Imported.of(-900, -500);
    Imported last = Imported.of(-400, -10);
    Imported current = Imported.of(-5, 360);
    tell(oldest, 1, "available");
    tell(last, 1, "available");
    tell(current, 1, "available");
    awaitKnown(3);

    // When
    checkIn(TENANT, report(device, "ios")).then().statusCode(202);

    // Then
    List<DeliverImport> commands = deliveries(device, 2);
    assertThat(commands)
        .extracting(DeliverImport::importId)
        .containsExactly(current.importId(), last.importId());
    DeliverImport command = commands.get(0);
    Grant grant = Grants.verified(command.grant());
    assertThat(grant.kind()).isEqualTo("imported-pfx");
    assertThat(grant.naturalKey()).isEqualTo(command.naturalKey());
    assertThat(grant.naturalKey().item()).isEqualTo(current.thumbprint());
    assertThat(grant.naturalKey().subject()).isEqualTo("u1");
    assertThat(grant.certificate()).isNull();
    assertThat(grant.importedPfx())
        .isEqualTo(
            new Grant.ImportedPfx(current.importId(), UserIds.lower(upn), "smimeEncryption"));
    assertThat(command.deviceCertificate().toArray()).isEqualTo(device.certificateDer());
  }

  @Test
  void asksNothingTwiceAndServesEachDeviceOfTheUser() {
    // Given
    tell(Imported.of(-5, 360), 1, "available");
    awaitKnown(1);
    Device second = Devices.ofTenant(TENANT).ec(unique("dev"));

    // When
    checkIn(TENANT, report(device, "ios")).then().statusCode(202);
    checkIn(TENANT, report(device, "ios")).then().statusCode(202);
    checkIn(TENANT, report(second, "windows")).then().statusCode(202);

    // Then
    deliveries(second, 1);
    assertThat(deliveries(device, 1)).hasSize(1);
  }

  @Test
  void deliversAtTheNextCheckInWhatIsImportedLater() {
    // Given
    checkIn(TENANT, report(device, "ios")).then().statusCode(202);
    as("operator", TENANT)
        .get("/api/v1/profiles/" + profile + "/status")
        .then()
        .body("items.reason", hasItem("no-import"));

    // When
    Imported later = Imported.of(-5, 360);
    tell(later, 1, "available");
    awaitKnown(1);
    checkIn(TENANT, report(device, "ios")).then().statusCode(202);

    // Then
    assertThat(deliveries(device, 1).get(0).importId()).isEqualTo(later.importId());
  }

  @Test
  void showsADeliveryThatFailedAndTriesAgainOnceTheImportIsReplaced() {
    // Given
    Imported imported = Imported.of(-5, 360);
    tell(imported, 1, "available");
    awaitKnown(1);
    checkIn(TENANT, report(device, "ios")).then().statusCode(202);
    DeliverImport command = deliveries(device, 1).get(0);

    // When
    wire.send(
        Topics.PFX_IMPORTS,
        TENANT,
        userKey(),
        new ImportDeliveryFailed(
            command.requestId(),
            command.naturalKey(),
            "wrong-password",
            "the password does not open the file",
            Instant.now()));
    tell(imported, 2, "failed");
    awaitState(command.requestId(), "FAILED");
    checkIn(TENANT, report(device, "ios")).then().statusCode(202);

    // Then
    as("operator", TENANT)
        .get("/api/v1/profiles/" + profile + "/status")
        .then()
        .body("items.reason", hasItems("wrong-password", "import-failed"));
    assertThat(deliveries(device, 1)).hasSize(1);

    // When
    tell(imported, 3, "available");
    awaitVersion(3);
    checkIn(TENANT, report(device, "ios")).then().statusCode(202);

    // Then
    List<DeliverImport> commands = deliveries(device, 2);
    assertThat(commands.get(1).requestId()).isEqualTo(command.requestId());
    assertThat(commands.get(1).naturalKey()).isEqualTo(command.naturalKey());
  }

  @Test
  void encryptsToTheNewKeyOfADevice() {
    // Given
    tell(Imported.of(-5, 360), 1, "available");
    awaitKnown(1);
    checkIn(TENANT, report(device, "ios")).then().statusCode(202);
    DeliverImport command = deliveries(device, 1).get(0);

    // When
    Device renewed = Devices.ofTenant(TENANT).ec(device.deviceId());
    checkIn(TENANT, report(renewed, "ios")).then().statusCode(202);

    // Then
    DeliverImport again = deliveries(device, 2).get(1);
    assertThat(again.requestId()).isEqualTo(command.requestId());
    assertThat(again.deviceCertificate().toArray()).isEqualTo(renewed.certificateDer());
    assertThat(Grants.verified(again.grant()).importedPfx()).isNotNull();
  }

  @Test
  void hasADeletedImportRemovedFromDevicesAtOnce() {
    // Given
    Imported imported = Imported.of(-5, 360);
    tell(imported, 1, "available");
    awaitKnown(1);
    checkIn(TENANT, report(device, "ios")).then().statusCode(202);
    DeliverImport command = deliveries(device, 1).get(0);
    progress(command, RequestState.INSTALLED, 3);

    // When
    tell(imported, 2, "deleted");

    // Then
    EnrolmentEnded ended = endings(1).get(0);
    assertThat(ended.requestId()).isEqualTo(command.requestId());
    assertThat(ended.cause()).isEqualTo("import-deleted");
    checkIn(TENANT, report(device, "ios")).then().statusCode(202);
    assertThat(deliveries(device, 1)).hasSize(1);
  }

  @Test
  void hasWhatIsNoLongerAssignedRemovedAndDeliversAnewWhenItIsAgain() {
    // Given
    tell(Imported.of(-5, 360), 1, "available");
    awaitKnown(1);
    checkIn(TENANT, report(device, "ios")).then().statusCode(202);
    DeliverImport command = deliveries(device, 1).get(0);
    progress(command, RequestState.INSTALLED, 3);

    // When
    assign(TENANT, profile, "group", unique("nobody"));
    checkIn(TENANT, report(device, "ios")).then().statusCode(202);

    // Then
    assertThat(endings(1).get(0).cause()).isEqualTo("profile-unassigned");

    // When
    assign(TENANT, profile, "group", group);
    checkIn(TENANT, report(device, "ios")).then().statusCode(202);

    // Then
    DeliverImport anew = deliveries(device, 2).get(1);
    assertThat(anew.naturalKey().generation()).isEqualTo(2);
    assertThat(anew.requestId()).isNotEqualTo(command.requestId());
  }

  @Test
  void leavesAnotherUsersImportsOnASharedDevice() {
    // Given
    tell(Imported.of(-5, 360), 1, "available");
    awaitKnown(1);
    checkIn(TENANT, report(device, "windows")).then().statusCode(202);
    deliveries(device, 1);

    // When
    ObjectNode bob = report(device, "windows");
    ((ObjectNode) bob.get("user"))
        .put("id", "u2")
        .put("userPrincipalName", unique("bob") + "@x.test");
    checkIn(TENANT, bob).then().statusCode(202);
    assign(TENANT, profile, "group", unique("nobody"));
    checkIn(TENANT, report(device, "windows")).then().statusCode(202);

    // Then
    assertThat(endings(1)).hasSize(1);
  }

  @Test
  void keepsAnOlderCertificateUntilItsSuccessorIsInstalled() {
    // Given
    UUID strict = create(TENANT, profile("smimeSigning", 0));
    assign(TENANT, strict, "group", group);
    Imported old = Imported.of(-300, 60);
    tell(old, 1, "available", "smimeSigning");
    awaitKnown(1);
    checkIn(TENANT, report(device, "ios")).then().statusCode(202);
    DeliverImport first = deliveries(device, 1).get(0);
    progress(first, RequestState.INSTALLED, 3);
    Imported successor = Imported.of(-1, 365);
    tell(successor, 1, "available", "smimeSigning");
    awaitKnown(2);

    // When
    checkIn(TENANT, report(device, "ios")).then().statusCode(202);
    DeliverImport second = deliveries(device, 2).get(1);

    // Then
    assertThat(second.importId()).isEqualTo(successor.importId());
    assertThat(ended()).isEmpty();

    // When
    progress(second, RequestState.INSTALLED, 3);
    ObjectNode changed = report(device, "ios");
    changed.put("osVersion", "18.2");
    checkIn(TENANT, changed).then().statusCode(202);

    // Then
    assertThat(endings(1).get(0).requestId()).isEqualTo(first.requestId());
  }

  @Test
  void tellsWhatIsWrongWithAProfile() {
    ObjectNode wrong = profile("smimeEncrypt", 51);
    wrong.put("certificateTemplate", "User");
    as("profile-admin", TENANT)
        .body(wrong.toString())
        .post("/api/v1/profiles")
        .then()
        .statusCode(422)
        .body("errors.field", hasItems("/purpose", "/history", "/certificateTemplate"));
    as("profile-admin", TENANT)
        .body("{\"kind\":\"imported-pfx\",\"displayName\":\"x\",\"platforms\":[\"ios\"]}")
        .post("/api/v1/profiles")
        .then()
        .statusCode(422)
        .body("errors.field", hasItem("/purpose"));
    as("profile-admin", TENANT)
        .get("/api/v1/profiles/" + profile)
        .then()
        .statusCode(200)
        .body("purpose", equalTo("smimeEncryption"))
        .body("history", equalTo(1));
  }

  private static ObjectNode profile(String purpose, int history) {
    return json(
        """
        {"kind":"imported-pfx","displayName":"S/MIME","platforms":["ios","macos","windows","android"],
         "purpose":"%s","history":%d}
        """
            .formatted(purpose, history));
  }

  private ObjectNode report(Device of, String platform) {
    ObjectNode body = checkIn(of, group);
    body.put("platform", platform);
    ((ObjectNode) body.get("user")).put("userPrincipalName", upn);
    return body;
  }

  private String userKey() {
    return Keys.of(TENANT, UserIds.of(TENANT, upn));
  }

  private void tell(Imported imported, int version, String state) {
    tell(imported, version, state, "smimeEncryption");
  }

  private void tell(Imported imported, int version, String state, String purpose) {
    wire.send(
        Topics.PFX_IMPORTS,
        TENANT,
        userKey(),
        new ImportChanged(
            imported.importId(),
            UserIds.of(TENANT, upn),
            upn.toLowerCase(Locale.ROOT),
            imported.thumbprint(),
            null,
            purpose,
            imported.notBefore(),
            imported.notAfter(),
            state,
            state.equals("failed") ? "wrong-password" : null,
            version,
            Instant.now()));
  }

  private void awaitKnown(int imports) {
    awaitCount("count(*)", imports);
  }

  private void awaitVersion(int version) {
    awaitCount("max(version)", version);
  }

  private void awaitCount(String what, int wanted) {
    Awaitility.await(what)
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                pool.preparedQuery(
                        "select coalesce("
                            + what
                            + ", 0)::int from user_import where user_principal_name = $1")
                    .execute(io.vertx.mutiny.sqlclient.Tuple.of(upn.toLowerCase(Locale.ROOT)))
                    .await()
                    .indefinitely()
                    .iterator()
                    .next()
                    .getInteger(0),
            count -> count == wanted);
  }

  @jakarta.inject.Inject
  @SuppressWarnings("NullAway.Init")
  io.vertx.mutiny.sqlclient.Pool pool;

  private List<DeliverImport> deliveries(Device of, int count) {
    return wire
        .await(
            Topics.PFX_DELIVERIES,
            count,
            record -> Keys.device(TENANT, of.deviceId()).equals(record.key()))
        .stream()
        .map(record -> ContractJson.read(record.value(), DeliverImport.class))
        .toList();
  }

  private List<EnrolmentEnded> endings(int count) {
    return wire.await(Topics.DEVICE_LIFECYCLE, count, this::isEnding).stream()
        .map(record -> ContractJson.read(record.value(), EnrolmentEnded.class))
        .toList();
  }

  private List<EnrolmentEnded> ended() {
    return wire.all(Topics.DEVICE_LIFECYCLE, this::isEnding).stream()
        .map(record -> ContractJson.read(record.value(), EnrolmentEnded.class))
        .toList();
  }

  private boolean isEnding(
      org.apache.kafka.clients.consumer.ConsumerRecord<String, byte[]> record) {
    return Keys.device(TENANT, device.deviceId()).equals(record.key())
        && type(record).contains("EnrolmentEnded");
  }

  private void progress(DeliverImport command, RequestState state, int version) {
    wire.send(
        Topics.CERTIFICATES,
        TENANT,
        Keys.device(TENANT, command.naturalKey().deviceId()),
        new RequestProgressed(
            command.requestId(),
            command.naturalKey(),
            state,
            version,
            null,
            null,
            null,
            Instant.now(),
            "ios"));
    awaitState(command.requestId(), state.name());
  }

  private static void awaitState(UUID requestId, String state) {
    Awaitility.await(state)
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                as("auditor", TENANT)
                    .get("/api/v1/certificates/" + requestId + "/timeline")
                    .then()
                    .body("certificate.state", equalTo(state)));
  }
}
