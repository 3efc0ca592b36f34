package io.certferry.gateway.auditor;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;

import io.certferry.contracts.event.CaResult.CertificateIssued;
import io.certferry.gateway.attempt.Desk;
import io.certferry.gateway.fixture.ByHand;
import io.certferry.gateway.fixture.Forge;
import io.certferry.gateway.fixture.SubmissionDraft;
import io.certferry.testkit.CertferryTestResource;
import io.certferry.testkit.Tokens;
import io.certferry.testkit.ca.LedgerEntry;
import io.certferry.testkit.ca.LedgerEntry.Status;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A ledger that went back in time, before a CA that did not. */
@QuarkusTest
@TestProfile(ByHand.class)
@QuarkusTestResource(
    value = CertferryTestResource.class,
    initArgs = @ResourceArg(name = "service", value = "connector-gateway"))
class RestoreQuarkusTest {

  private static final String CA = "lying";

  @Inject Desk desk;
  @Inject AuditDesk audits;
  private final Forge forge = Forge.ofTestResource();

  @BeforeEach
  void beginAfresh() {
    desk.beginAfresh();
  }

  @AfterEach
  void holdNobodyElse() {
    desk.lyingDriver().searchable(true);
    desk.execute("delete from restore_reconciliation");
    desk.execute("delete from restore");
  }

  private SubmissionDraft draft() {
    SubmissionDraft draft = forge.draft();
    draft.caId = CA;
    return draft;
  }

  /** Issued in the time that is lost. */
  private SubmissionDraft issuedBehindOurBack() {
    SubmissionDraft draft = draft();
    desk.lyingCa().submit(draft.requestId, draft.csr(), draft.validitySeconds);
    return draft;
  }

  private UUID restored() {
    desk.execute("select declare_restored(now())");
    return UUID.fromString(desk.text("select id::text from restore"));
  }

  /** The longest call of before is over. */
  private void declaredLongAgo() {
    desk.execute("update restore set declared_at = now() - interval '1 h'");
  }

  private List<Status> atTheCa(SubmissionDraft draft) {
    return desk.lyingCa().findByRequest(draft.requestId).stream().map(LedgerEntry::status).toList();
  }

  private static RequestSpecification as(String role) {
    return given()
        .contentType("application/json")
        .header("Authorization", "Bearer " + Tokens.token(role, "default"));
  }

  private static ValidatableResponse restores() {
    return as("operator").get("/api/v1/cas/lying/restores").then().statusCode(200);
  }

  @Test
  void holdsWhatIsNewUntilTheListAndTheLedgerAgree() {
    // Given
    restored();
    SubmissionDraft lost = issuedBehindOurBack();
    SubmissionDraft later = draft();
    declaredLongAgo();
    audits.round(desk);

    // When
    desk.take(later);
    desk.settle();

    // Then
    assertThat(atTheCa(later)).isEmpty();
    restores().body("items[0].issuance", equalTo("held"));
    assertThat(given().get("/q/metrics").asString())
        .containsPattern("certferry_ca_issuance_held\\{[^}]*ca=\"lying\"[^}]*} 1.0");

    // When
    roundsUntilOpen();
    desk.settle();

    // Then
    assertThat(atTheCa(lost)).containsExactly(Status.REVOKED);
    assertThat(atTheCa(later)).containsExactly(Status.ISSUED);
  }

  private void roundsUntilOpen() {
    for (int round = 0; round < 3; round++) {
      audits.round(desk);
      desk.settle();
    }
    restores()
        .body("items[0].issuance", equalTo("open"))
        .body("items[0].why", startsWith("compared"));
  }

  @Test
  void letsAnOpenRequestAdoptWhatTheCaIssuedToItInTheLostTime() {
    // Given
    SubmissionDraft open = draft();
    desk.take(open);
    desk.lyingCa().submit(open.requestId, open.csr(), open.validitySeconds);
    restored();

    // When
    audits.round(desk);
    desk.settle();

    // Then
    assertThat(desk.last(open.requestId, CertificateIssued.class).adopted()).isTrue();
    assertThat(atTheCa(open)).containsExactly(Status.ISSUED);
    assertThat(
            desk.count(
                "select count(*) from natural_key_use where request_id = $1", open.requestId))
        .isOne();
  }

  @Test
  void waitsForCallsThatWereUnderWay() {
    // Given
    restored();

    // When
    audits.round(desk);

    // Then
    restores().body("items[0].why", containsString("may arrive at the CA until"));
  }

  @Test
  void somebodyAnswersForACaThatListsNothing() {
    // Given
    desk.lyingDriver().searchable(false);
    UUID restore = restored();
    declaredLongAgo();
    audits.round(desk);
    restores()
        .body("items[0].issuance", equalTo("held"))
        .body("items[0].why", equalTo(RestoreGate.CANNOT_LIST));
    String confirmation = "/api/v1/cas/lying/restores/" + restore + "/confirmation";

    // Then
    as("operator").body(Map.of("reason", "x")).post(confirmation).then().statusCode(403);
    as("pki-admin")
        .body(Map.of("reason", " "))
        .post(confirmation)
        .then()
        .statusCode(422)
        .body("errors.field", hasItem("/reason"));
    as("pki-admin").body(Map.of("reason", "compared")).post(confirmation).then().statusCode(204);
    restores()
        .body("items[0].issuance", equalTo("open"))
        .body("items[0].openedAt", notNullValue())
        .body("items[0].why", equalTo("compared"));
    as("pki-admin").body(Map.of("reason", "again")).post(confirmation).then().statusCode(409);
    as("pki-admin")
        .body(Map.of("reason", "again"))
        .post("/api/v1/cas/lying/restores/" + UUID.randomUUID() + "/confirmation")
        .then()
        .statusCode(404);
  }
}
