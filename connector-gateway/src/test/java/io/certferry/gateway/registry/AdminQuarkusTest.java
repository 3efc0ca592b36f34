package io.certferry.gateway.registry;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;

import io.certferry.contracts.event.CaResult.CertificateDenied;
import io.certferry.contracts.event.CaResult.CertificateIssued;
import io.certferry.contracts.event.CaResult.CertificatePending;
import io.certferry.contracts.event.ConnectorReported;
import io.certferry.gateway.attempt.Desk;
import io.certferry.gateway.fixture.ByHand;
import io.certferry.gateway.fixture.Forge;
import io.certferry.gateway.fixture.SubmissionDraft;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ExtendedKeyUsages;
import io.certferry.testkit.CertferryTestResource;
import io.certferry.testkit.Tokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Connectors, CAs, probes and approvals, as administrators see and do them. */
@QuarkusTest
@TestProfile(ByHand.class)
@QuarkusTestResource(
    value = CertferryTestResource.class,
    initArgs = @ResourceArg(name = "service", value = "connector-gateway"))
class AdminQuarkusTest {

  @Inject Desk desk;
  @Inject ConnectorStore store;
  private final Forge forge = Forge.ofTestResource();

  private static RequestSpecification as(String role) {
    return as(role, "default");
  }

  private static RequestSpecification as(String role, String tenant) {
    return given().header("Authorization", "Bearer " + Tokens.token(role, tenant));
  }

  private Registration report(String tenant, String id, UUID session, boolean takesOver) {
    ConnectorReported content =
        new ConnectorReported(id, "active", "1", List.of("issue"), List.of(), Instant.now());
    return Sessions.await(
        () ->
            store.report(
                new ConnectorStore.Report(
                    tenant, session, takesOver, content, ConnectorRuntime.UNKNOWN, "test")));
  }

  @Test
  void listsTheTenantsConnectors() {
    as("operator")
        .get("/api/v1/connectors")
        .then()
        .statusCode(200)
        .body("items.id", hasItem("connector-1"))
        .body("items.find { it.id == 'connector-1' }.state", equalTo("active"))
        .body("items.find { it.id == 'connector-1' }.cas", contains("builtin", "lying"))
        .body("items.find { it.id == 'connector-1' }.fips", equalTo(false))
        .body("items.find { it.id == 'connector-1' }.tlsVersions", contains("TLSv1.3", "TLSv1.2"));
  }

  @Test
  void demandsATokenAndARole() {
    given().get("/api/v1/connectors").then().statusCode(401);
    as("mdm").get("/api/v1/connectors").then().statusCode(403);
    as("operator").post("/api/v1/cas/builtin/pending/1/approve").then().statusCode(403);
    as("mdm").get("/api/v1/cas").then().statusCode(403);
  }

  @Test
  void registersAheadAndRetiresForGood() {
    // When
    as("pki-admin")
        .contentType("application/json")
        .body(Map.of("id", "branch-7"))
        .post("/api/v1/connectors")
        .then()
        .statusCode(201)
        .header("Location", containsString("/api/v1/connectors/branch-7"))
        .body("state", equalTo("active"));
    as("pki-admin").delete("/api/v1/connectors/branch-7").then().statusCode(204);

    // Then
    as("pki-admin").get("/api/v1/connectors/branch-7").then().body("state", equalTo("retired"));
    assertThat(report("default", "branch-7", UUID.randomUUID(), true))
        .isInstanceOfSatisfying(
            Registration.Refused.class, refused -> assertThat(refused.code()).isEqualTo("retired"));
  }

  @Test
  void namesEveryFieldThatIsWrong() {
    as("pki-admin")
        .contentType("application/json")
        .body(Map.of("id", "a b", "roles", List.of("rule")))
        .post("/api/v1/connectors")
        .then()
        .statusCode(422)
        .body("errors.field", contains("/id", "/roles"));
  }

  @Test
  void hidesAnotherTenantsConnectors() {
    // Given
    report("third", "elsewhere", UUID.randomUUID(), true);

    // Then
    as("pki-admin").get("/api/v1/connectors/elsewhere").then().statusCode(404);
    as("pki-admin").delete("/api/v1/connectors/elsewhere").then().statusCode(404);
    as("pki-admin", "third").get("/api/v1/connectors/elsewhere").then().statusCode(200);
  }

  @Test
  void refusesTheHundredAndFirstConnectorAndSaysWhy() {
    // Given
    String tenant = "crowded";
    for (int i = 0; i < 100; i++) {
      assertThat(report(tenant, "c-" + i, UUID.randomUUID(), true))
          .isInstanceOf(Registration.Active.class);
    }

    // When
    Registration refused = report(tenant, "one-too-many", UUID.randomUUID(), true);

    // Then
    assertThat(refused)
        .isInstanceOfSatisfying(
            Registration.Refused.class,
            why -> {
              assertThat(why.code()).isEqualTo("connector-limit");
              assertThat(why.message()).contains("100");
            });
    as("pki-admin", tenant)
        .contentType("application/json")
        .body(Map.of("id", "one-too-many"))
        .post("/api/v1/connectors")
        .then()
        .statusCode(409)
        .body("detail", containsString("100"));
    assertThat(report(tenant, "c-42", UUID.randomUUID(), true))
        .isInstanceOf(Registration.Active.class);

    // When: one falls silent
    desk.execute(
        "update connector set last_heartbeat_at = now() - interval '121 min' where tenant = $1 and"
            + " connector_id = 'c-7'",
        tenant);

    // Then
    assertThat(report(tenant, "one-too-many", UUID.randomUUID(), true))
        .isInstanceOf(Registration.Active.class);
    assertThat(
            desk.text(
                "select state from connector where tenant = $1 and connector_id = 'c-7'", tenant))
        .isEqualTo("inactive");
  }

  @Test
  void stepsBackWhenAnotherProcessHasTakenItsId() {
    // Given
    UUID first = UUID.randomUUID();
    report("third", "twice", first, true);

    // When
    report("third", "twice", UUID.randomUUID(), true);

    // Then
    assertThat(report("third", "twice", first, false))
        .isInstanceOfSatisfying(
            Registration.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo("superseded"));
  }

  @Test
  void showsItsCas() {
    as("pki-admin")
        .get("/api/v1/cas/builtin")
        .then()
        .statusCode(200)
        .body("driver", equalTo("builtin"))
        .body("reachable", equalTo(true))
        .body("chain", hasSize(2))
        .body("templates.name", hasItem("Workstation"))
        .body("templates.find { it.name == 'Workstation' }.managerApproval", equalTo(true));
    as("pki-admin").get("/api/v1/cas/nowhere").then().statusCode(404);
    as("auditor").get("/api/v1/cas").then().statusCode(200).body("items", hasSize(2));
  }

  @Test
  void givesTheCaCertificateToAnybody() throws CertificateException {
    // When
    byte[] der =
        given()
            .get("/api/v1/cas/builtin/certificate")
            .then()
            .statusCode(200)
            .contentType("application/pkix-cert")
            .extract()
            .asByteArray();
    byte[] bundle =
        given()
            .get("/api/v1/cas/builtin/certificate?chain=true")
            .then()
            .statusCode(200)
            .contentType("application/pkcs7-mime")
            .extract()
            .asByteArray();
    String chain =
        given()
            .get("/api/v1/cas/builtin/certificate?format=pem&chain=true")
            .then()
            .statusCode(200)
            .extract()
            .asString();

    // Then
    assertThat(
            CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(bundle)))
        .hasSize(2);
    as("operator")
        .get("/api/v1/cas/builtin")
        .then()
        .body("chain[0].sha256", equalTo(Certificates.parse(der).sha256()))
        .body("chain[0].serial", equalTo(Certificates.parse(der).serialHex()))
        .body("chain[0].sha1", matchesPattern("[0-9a-f]{40}"));
    assertThat(Certificates.parse(der).subject().toRfc4514()).isEqualTo("CN=Certferry Issuing CA");
    assertThat(Certificates.fromPem(chain.getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
        .hasSize(2);
    given().get("/api/v1/cas/builtin/certificate?format=jks").then().statusCode(422);
  }

  @Test
  void probesAndRemembers() {
    // When
    as("pki-admin")
        .post("/api/v1/cas/builtin/probe")
        .then()
        .statusCode(200)
        .body("ok", equalTo(true))
        .body("findings.check", hasItem("crl"));

    // Then
    as("pki-admin").get("/api/v1/cas/builtin").then().body("lastProbe.reachable", equalTo(true));
  }

  private SubmissionDraft pending() {
    SubmissionDraft draft = forge.draft();
    draft.template = "Workstation";
    draft.names = List.of();
    draft.extendedKeyUsages = List.of(ExtendedKeyUsages.CLIENT_AUTH);
    desk.take(draft);
    desk.settle();
    return draft;
  }

  private String caRequestId(SubmissionDraft draft) {
    return String.valueOf(desk.last(draft.requestId, CertificatePending.class).caRequestId());
  }

  @Test
  void issuesAtOnceWhatAManagerApproves() {
    // Given
    SubmissionDraft draft = pending();
    String id = caRequestId(draft);
    as("pki-admin")
        .get("/api/v1/cas/builtin/pending")
        .then()
        .statusCode(200)
        .body("items.caRequestId", hasItem(id));

    // When
    as("pki-admin").post("/api/v1/cas/builtin/pending/" + id + "/approve").then().statusCode(204);
    desk.settle();

    // Then
    assertThat(desk.last(draft.requestId, CertificateIssued.class).caRequestId()).isEqualTo(id);
    as("pki-admin").post("/api/v1/cas/builtin/pending/" + id + "/approve").then().statusCode(409);
    assertThat(desk.count("select count(*) from audit where action = 'ca-request.approved'"))
        .isPositive();
  }

  @Test
  void passesOnWhatAManagerDenies() {
    // Given
    SubmissionDraft draft = pending();

    // When
    as("pki-admin")
        .post("/api/v1/cas/builtin/pending/" + caRequestId(draft) + "/deny")
        .then()
        .statusCode(204);
    desk.settle();

    // Then
    assertThat(desk.last(draft.requestId, CertificateDenied.class).code())
        .isEqualTo("denied-by-ca");
  }

  @Test
  void hasNoApprovalsWhereTheCaKeepsItsOwn() {
    as("pki-admin").get("/api/v1/cas/lying/pending").then().statusCode(404);
  }

  @Test
  void verifiesItsAuditForAuditors() {
    as("auditor")
        .get("/api/v1/audit/verification")
        .then()
        .statusCode(200)
        .body("intact", equalTo(true));
    as("pki-admin").get("/api/v1/audit/verification").then().statusCode(403);
  }
}
