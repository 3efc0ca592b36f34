package io.certferry.gateway.auditor;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.certferry.contracts.event.CaResult.CertificateIssued;
import io.certferry.gateway.attempt.Desk;
import io.certferry.gateway.fixture.ByHand;
import io.certferry.gateway.fixture.Forge;
import io.certferry.gateway.fixture.SubmissionDraft;
import io.certferry.messaging.EventIds;
import io.certferry.pki.certificate.Certificates;
import io.certferry.testkit.CertferryTestResource;
import io.certferry.testkit.Tokens;
import io.certferry.testkit.ca.LedgerEntry;
import io.certferry.testkit.ca.Lie;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a CA lists against what we know, by hand and by REST. */
@QuarkusTest
@TestProfile(ByHand.class)
@QuarkusTestResource(
    value = CertferryTestResource.class,
    initArgs = @ResourceArg(name = "service", value = "connector-gateway"))
class AuditorQuarkusTest {

  private static final String CA = "lying";

  @Inject Desk desk;
  @Inject AuditDesk audits;
  private final Forge forge = Forge.ofTestResource();

  @BeforeEach
  void beginAfresh() {
    desk.beginAfresh();
  }

  private static RequestSpecification as(String role, String tenant) {
    return given()
        .contentType("application/json")
        .header("Authorization", "Bearer " + Tokens.token(role, tenant));
  }

  private SubmissionDraft draft() {
    SubmissionDraft draft = forge.draft();
    draft.caId = CA;
    return draft;
  }

  private SubmissionDraft submitted(Lie lie) {
    SubmissionDraft draft = draft();
    desk.lyingCa().lie(lie);
    desk.take(draft);
    desk.settle();
    return draft;
  }

  private SubmissionDraft stranger() {
    SubmissionDraft draft = draft();
    desk.lyingCa().submit(draft.requestId, draft.csr(), draft.validitySeconds);
    return draft;
  }

  private String serialAtTheCa(SubmissionDraft draft) {
    LedgerEntry entry = desk.lyingCa().findByRequest(draft.requestId).get(0);
    return Certificates.parse(Objects.requireNonNull(entry.certificate()).toArray()).serialHex();
  }

  private List<String> kinds(UUID audit, String serial) {
    return audits.report(CA, audit).findings().stream()
        .filter(line -> line.serial().equals(serial))
        .map(line -> line.kind() + " " + line.consequence())
        .toList();
  }

  private List<String> found(SubmissionDraft draft) {
    return kinds(audits.audit(CA), serialAtTheCa(draft));
  }

  @Test
  void saysNothingOfWhatIsRight() {
    assertThat(found(submitted(Lie.NONE))).isEmpty();
  }

  @Test
  void reportsACertificateThatNobodyAskedFor() {
    assertThat(found(stranger())).containsExactly("unexplained reported");
  }

  @Test
  void revokesWhatARequestDidNotKeep() {
    // Given
    SubmissionDraft draft = submitted(Lie.ISSUES_TWICE);

    // When: the first is the one that was not answered
    List<String> found = found(draft);
    desk.settle();

    // Then
    assertThat(found).containsExactly("extra revoked");
    assertThat(desk.lyingCa().findByRequest(draft.requestId))
        .extracting(LedgerEntry::status)
        .containsExactly(LedgerEntry.Status.REVOKED, LedgerEntry.Status.ISSUED);
    assertThat(found(draft)).isEmpty();
  }

  @Test
  void letsAnOpenRequestAdoptItsOrphanAtOnce() {
    // Given
    SubmissionDraft draft = submitted(Lie.ISSUES_THEN_DROPS);
    desk.execute(
        "update ca_command set next_attempt_at = now() + interval '1 h' where id = $1",
        draft.requestId);

    // When
    List<String> found = found(draft);
    desk.settle();

    // Then
    assertThat(found).containsExactly("orphan adopted");
    assertThat(desk.last(draft.requestId, CertificateIssued.class).adopted()).isTrue();
  }

  @Test
  void noticesAnotherCertificateUnderTheSameSerial() {
    // Given
    SubmissionDraft draft = submitted(Lie.NONE);
    desk.execute("update certificate set sha256 = '00' where request_id = $1", draft.requestId);

    // Then
    assertThat(found(draft)).containsExactly("different reported");
  }

  @Test
  void noticesARevocationThatWeDidNotOrder() {
    // Given
    SubmissionDraft draft = submitted(Lie.NONE);
    desk.lyingCa().revoke(serialAtTheCa(draft));

    // Then
    assertThat(found(draft)).containsExactly("revoked-elsewhere reported");
  }

  @Test
  void noticesARevocationThatTheCaForgot() {
    // Given
    SubmissionDraft draft = submitted(Lie.NONE);
    desk.execute(
        "update certificate set revoked_at = now() where request_id = $1", draft.requestId);

    // Then
    assertThat(found(draft)).containsExactly("still-valid reported");
  }

  @Test
  void noticesACertificateThatTheCaDoesNotKnow() {
    // Given
    SubmissionDraft draft = submitted(Lie.NONE);
    String lost = UUID.randomUUID().toString();
    desk.execute(
        """
        insert into certificate
        select issuer, $2, $3, attempt_no, ca_id, tenant, $2, subject, spki_sha256, sha256, not_before, not_after,
               certificate, role, adopted, recorded_at, revoked_at
        from certificate where request_id = $1
        """,
        draft.requestId,
        lost,
        EventIds.next());

    // Then
    assertThat(kinds(audits.audit(CA), lost)).containsExactly("missing reported");
  }

  @Test
  void countsWhatItFindsOnce() {
    // Given
    double before = unexplained();
    stranger();

    // When
    audits.audit(CA);
    audits.audit(CA);

    // Then
    assertThat(unexplained() - before).isEqualTo(1);
  }

  private static double unexplained() {
    return given()
        .get("/q/metrics")
        .asString()
        .lines()
        .filter(line -> line.startsWith("certferry_ca_audit_findings_total"))
        .filter(line -> line.contains("kind=\"unexplained\"") && line.contains("ca=\"lying\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  @Test
  void asksTheCaAsItselfAndNotAsTheConnector() {
    // Given
    int before = desk.lyingDriver().lists();

    // When
    audits.audit(CA);

    // Then
    assertThat(desk.lyingDriver().lists()).isEqualTo(before);
  }

  @Test
  void runsOnDemandAndTellsTheResult() {
    // Given
    String serial = serialAtTheCa(stranger());
    SubmissionDraft ours = submitted(Lie.NONE);
    desk.execute("update certificate set sha256 = '00' where request_id = $1", ours.requestId);

    // When
    String location =
        as("auditor", "default")
            .body(Map.of("from", Instant.now().minusSeconds(60).toString()))
            .post("/api/v1/cas/lying/audits")
            .then()
            .statusCode(202)
            .body("occasion", equalTo("on-demand"))
            .extract()
            .header("Location");

    // Then
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                as("operator", "default")
                    .get(location)
                    .then()
                    .statusCode(200)
                    .body("state", equalTo("done"))
                    .body("findings.serial", hasItem(serial))
                    .body("findings.serial", hasItem(serialAtTheCa(ours)))
                    .body("counts.different", greaterThanOrEqualTo(1)));
    as("operator", "third")
        .get(location)
        .then()
        .body("findings.serial", hasItem(serial))
        .body("findings.serial", not(hasItem(serialAtTheCa(ours))));
    as("operator", "default").get("/api/v1/cas/lying/audits").then().body("items.size()", not(0));
  }

  @Test
  void saysThatTheCaDidNotAnswer() {
    // Given
    desk.lyingCa().hideLedger(true);

    try {
      // When
      UUID audit = audits.audit(CA);

      // Then
      assertThat(audits.report(CA, audit).audit().state()).isEqualTo("failed");
      assertThat(audits.report(CA, audit).audit().failure()).isEqualTo("ca-unavailable");
    } finally {
      desk.lyingCa().hideLedger(false);
    }
  }

  @Test
  void refusesAnAuditThatMakesNoSense() {
    as("mdm", "default").body(Map.of()).post("/api/v1/cas/lying/audits").then().statusCode(403);
    as("auditor", "default").body(Map.of()).post("/api/v1/cas/none/audits").then().statusCode(404);
    as("auditor", "default")
        .body(Map.of("until", "2999-01-01T00:00:00Z"))
        .post("/api/v1/cas/lying/audits")
        .then()
        .statusCode(422)
        .body("errors.field", hasItem("/from"))
        .body("errors.field", hasItem("/until"));
    as("auditor", "default")
        .get("/api/v1/cas/lying/audits/" + UUID.randomUUID())
        .then()
        .statusCode(404);
  }
}
