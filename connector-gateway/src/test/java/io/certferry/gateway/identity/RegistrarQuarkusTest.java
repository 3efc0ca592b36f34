package io.certferry.gateway.identity;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import io.certferry.contracts.event.ConnectorReported;
import io.certferry.gateway.attempt.Desk;
import io.certferry.gateway.command.CommandKind;
import io.certferry.gateway.command.CommandQueue;
import io.certferry.gateway.fixture.ByHand;
import io.certferry.gateway.fixture.Forge;
import io.certferry.gateway.fixture.SubmissionDraft;
import io.certferry.gateway.registrar.RegistrarListener;
import io.certferry.gateway.registry.ConnectorRuntime;
import io.certferry.gateway.registry.ConnectorStore;
import io.certferry.gateway.registry.RegistrarUnavailableException;
import io.certferry.gateway.registry.Registration;
import io.certferry.messaging.Lease;
import io.certferry.testkit.CertferryTestResource;
import io.certferry.testkit.FakeClock;
import io.certferry.testkit.Tokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A connector's way from a token to its retirement, over mutual TLS. */
@QuarkusTest
@TestProfile(ByHand.class)
@QuarkusTestResource(
    value = CertferryTestResource.class,
    initArgs = @ResourceArg(name = "service", value = "connector-gateway"))
class RegistrarQuarkusTest {

  private static final String TENANT = "default";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @Inject Desk desk;
  @Inject RegistrarListener registrar;
  @Inject CommandQueue queue;
  @TempDir Path directory;
  private final FakeClock clock = new FakeClock(Instant.now());
  private final String id = "branch-" + UUID.randomUUID();
  private final UUID session = UUID.randomUUID();
  private Identities connector;
  private TenantIdentity files;

  @BeforeEach
  void startAConnector() {
    desk.beginAfresh();
    connector = connector(directory);
    files = new TenantIdentity(directory, TENANT, id);
  }

  private Identities connector(Path at) {
    return new Identities(client(), at, id, clock);
  }

  private RegistrarClient client() {
    return new RegistrarClient(URI.create("https://127.0.0.1:" + registrar.port()), TIMEOUT);
  }

  private Registration report() {
    return connector.report(draft());
  }

  private ConnectorStore.Report draft() {
    ConnectorReported content =
        new ConnectorReported(id, "active", "1", List.of("issue"), List.of(), Instant.now());
    ConnectorRuntime runtime = new ConnectorRuntime(true, List.of("TLSv1.3"), "corp: is down");
    return new ConnectorStore.Report(TENANT, session, true, content, runtime, "test");
  }

  private static ValidatableResponse ask(String role, String connectorId, String key) {
    return given()
        .header("Authorization", "Bearer " + Tokens.token(role, TENANT))
        .contentType("application/json")
        .body(Map.of("publicKeySha256", key))
        .post("/api/v1/connectors/" + connectorId + "/enrolment-tokens")
        .then();
  }

  private String token() {
    return ask("pki-admin", id, files.keySha256(clock.instant()))
        .statusCode(201)
        .extract()
        .path("token");
  }

  private void put(String token) throws IOException {
    Files.writeString(directory.resolve(TENANT + ".token"), token + "\n");
  }

  private void enrol() throws IOException {
    put(token());
    assertThat(report()).isInstanceOf(Registration.Active.class);
  }

  private static void assertRefused(Registration registration, String code) {
    assertThat(registration)
        .isInstanceOfSatisfying(
            Registration.Refused.class, refused -> assertThat(refused.code()).isEqualTo(code));
  }

  private void retire() {
    given()
        .header("Authorization", "Bearer " + Tokens.token("pki-admin", TENANT))
        .delete("/api/v1/connectors/" + id)
        .then()
        .statusCode(204);
  }

  @Test
  void saysForWhichKeyItNeedsAToken() {
    assertThat(report())
        .isInstanceOfSatisfying(
            Registration.Refused.class,
            refused -> {
              assertThat(refused.code()).isEqualTo("not-enrolled");
              assertThat(refused.message()).contains(files.keySha256(clock.instant()));
            });
  }

  @Test
  void enrolsWithATokenAndReportsAsItself() throws IOException {
    // When
    enrol();

    // Then
    given()
        .header("Authorization", "Bearer " + Tokens.token("operator", TENANT))
        .get("/api/v1/connectors/" + id)
        .then()
        .body("state", equalTo("active"))
        .body("fips", equalTo(true))
        .body("tlsVersions", contains("TLSv1.3"))
        .body("lastError", equalTo("corp: is down"));
    assertThat(directory.resolve(TENANT + ".token")).doesNotExist();
    assertThat(report()).isInstanceOf(Registration.Active.class);
  }

  @Test
  void refusesATokenThatWasUsed() throws IOException {
    // Given
    String token = token();
    put(token);
    report();

    // Then
    assertThatThrownBy(() -> client().enrol(token, files.request(clock.instant())))
        .isInstanceOf(RegistrarClient.RefusedException.class);
  }

  @Test
  void refusesATokenForAnotherKey() throws IOException {
    // Given
    TenantIdentity thief = new TenantIdentity(directory.resolve("thief"), TENANT, id);
    String token = token();

    // Then
    assertThatThrownBy(() -> client().enrol(token, thief.request(clock.instant())))
        .isInstanceOf(RegistrarClient.RefusedException.class);

    // And: it was not used up
    put(token);
    assertThat(report()).isInstanceOf(Registration.Active.class);
  }

  @Test
  void refusesATokenAfterAQuarterOfAnHour() throws IOException {
    // Given
    put(token());
    assertThat(
            desk.count(
                "select count(*) from enrolment_token where connector_id = $1 and expires_at"
                    + " between now() + interval '14 min' and now() + interval '15 min'",
                id))
        .isEqualTo(1);
    desk.execute("update enrolment_token set expires_at = now() where connector_id = $1", id);

    // Then
    assertRefused(report(), "forbidden");
  }

  @Test
  void keepsNoTokenButItsHash() {
    String secret = token().split("\\.", 2)[0];

    assertThat(
            desk.count(
                "select count(*) from enrolment_token where secret_sha256 = $1"
                    + " or enrolment_token::text like '%' || $1 || '%'",
                secret))
        .isZero();
  }

  @Test
  void renewsByItselfWithTheSameKey() throws IOException {
    // Given
    enrol();
    TenantIdentity.Usable first = files.usable(clock.instant()).orElseThrow();

    // When
    clock.advance(Duration.ofDays(19));
    report();
    TenantIdentity.Usable still = files.usable(clock.instant()).orElseThrow();
    clock.advance(Duration.ofDays(2));
    report();
    TenantIdentity.Usable second = files.usable(clock.instant()).orElseThrow();

    // Then
    assertThat(still.certificate().serialHex()).isEqualTo(first.certificate().serialHex());
    assertThat(second.certificate().serialHex()).isNotEqualTo(first.certificate().serialHex());
    assertThat(second.certificate().spkiSha256()).isEqualTo(first.certificate().spkiSha256());
  }

  @Test
  void renewsForNoOtherKey() throws IOException {
    // Given
    enrol();
    TenantIdentity other = new TenantIdentity(directory.resolve("other"), TENANT, id);
    TenantIdentity.Usable own = files.usable(clock.instant()).orElseThrow();

    // Then
    assertThatThrownBy(() -> client().renew(own, other.request(clock.instant())))
        .isInstanceOf(RegistrarClient.RefusedException.class);
  }

  @Test
  void refusesARetiredIdentityAtOnce() throws IOException {
    // Given
    enrol();
    SubmissionDraft waiting = Forge.ofTestResource().draft();
    waiting.caId = "lying";
    desk.take(waiting);
    TenantIdentity.Usable identity = files.usable(clock.instant()).orElseThrow();

    // When
    retire();

    // Then: no report, no renewal, no token, no work
    assertRefused(report(), "retired");
    assertThatThrownBy(() -> client().renew(identity, files.request(clock.instant())))
        .isInstanceOf(RegistrarClient.RefusedException.class);
    Lease lease = new Lease(id + "/" + session, Duration.ofMinutes(1));
    assertThat(queue.claim("lying", Set.of(TENANT), Set.of(CommandKind.SUBMIT), 10, lease))
        .isEmpty();
    Lease others = new Lease("other/" + session, Duration.ofMinutes(1));
    assertThat(queue.claim("lying", Set.of(TENANT), Set.of(CommandKind.SUBMIT), 10, others))
        .hasSize(1);
  }

  @Test
  void enrolsNoRetiredConnectorAgain() throws IOException {
    // Given
    enrol();
    String token = token();
    retire();

    // Then
    assertThatThrownBy(() -> client().enrol(token, files.request(clock.instant())))
        .isInstanceOf(RegistrarClient.RefusedException.class);
  }

  @Test
  void reportsForNoOtherConnector() throws IOException {
    // Given
    enrol();
    ConnectorReported stolen =
        new ConnectorReported(
            "connector-1", "active", "1", List.of("issue"), List.of(), Instant.now());
    ConnectorStore.Report forged =
        new ConnectorStore.Report(TENANT, session, true, stolen, draft().runtime(), "test");

    // Then
    assertRefused(connector.report(forged), "forbidden");
  }

  @Test
  void speaksToNoOtherRegistrarThanTheTokens() throws IOException {
    // Given
    put(token().split("\\.", 2)[0] + "." + "0".repeat(64));

    // Then: and the token is kept, for it was not sent
    assertThatThrownBy(this::report).isInstanceOf(RegistrarUnavailableException.class);
    assertThat(directory.resolve(TENANT + ".token")).exists();
  }

  @Test
  void takesNoReportWithoutAnIdentity() throws IOException {
    // Given: a key that nobody certified
    TenantIdentity.Usable own = selfMade();

    // Then
    assertThatThrownBy(() -> client().report(own, draft()))
        .isInstanceOfAny(
            RegistrarClient.RefusedException.class, RegistrarUnavailableException.class);
  }

  private TenantIdentity.Usable selfMade() throws IOException {
    enrol();
    TenantIdentity.Usable enrolled = files.usable(clock.instant()).orElseThrow();
    Path elsewhere = directory.resolve("elsewhere");
    TenantIdentity alone = new TenantIdentity(elsewhere, TENANT, id);
    byte[] placeholder = placeholder(alone, elsewhere);
    alone.keep(placeholder, placeholder, clock.instant());
    return new TenantIdentity.Usable(
        alone.usable(clock.instant()).orElseThrow().keys(),
        enrolled.certificate(),
        enrolled.caSha256());
  }

  private byte[] placeholder(TenantIdentity alone, Path elsewhere) throws IOException {
    alone.keySha256(clock.instant());
    byte[] file = Files.readAllBytes(elsewhere.resolve(TENANT + ".pem"));
    try (KeyedPem pem = KeyedPem.parse("test", file)) {
      return pem.certificates().get(0);
    }
  }

  @Test
  void givesTokensToPkiAdminsForRealKeysOnly() {
    ask("operator", id, "0".repeat(64)).statusCode(403);
    ask("pki-admin", id, "no-key")
        .statusCode(422)
        .body("errors.field", contains("/publicKeySha256"));
  }
}
