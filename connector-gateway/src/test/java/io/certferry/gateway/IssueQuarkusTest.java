package io.certferry.gateway;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.event.CaCommand;
import io.certferry.contracts.event.CaResult;
import io.certferry.contracts.event.ConnectorReported;
import io.certferry.gateway.fixture.Forge;
import io.certferry.gateway.fixture.SubmissionDraft;
import io.certferry.gateway.fixture.Wire;
import io.certferry.messaging.EventIds;
import io.certferry.pki.certificate.ExpectedCertificate;
import io.certferry.pki.certificate.IssuedCertificateCheck;
import io.certferry.pki.certificate.KeyUsage;
import io.certferry.pki.name.DistinguishedName;
import io.certferry.pki.name.SubjectAltName;
import io.certferry.testkit.CertferryTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
    value = CertferryTestResource.class,
    initArgs = @ResourceArg(name = "service", value = "connector-gateway"))
class IssueQuarkusTest {

  private static Wire wire;
  private final Forge forge = Forge.ofTestResource();

  @BeforeAll
  static void listen() {
    wire = new Wire();
  }

  @AfterAll
  static void hangUp() {
    if (wire != null) {
      wire.close();
    }
  }

  @Test
  void issuesWhatTheGrantNames() {
    // Given
    SubmissionDraft draft = forge.draft();

    // When
    wire.send(draft.tenant, draft.command());
    CaResult.CertificateIssued issued =
        wire.await(draft.requestId, CaResult.CertificateIssued.class);

    // Then
    assertThat(issued.attempt()).isEqualTo(1);
    assertThat(issued.adopted()).isFalse();
    assertThat(
            IssuedCertificateCheck.check(
                issued.certificate().toArray(),
                issued.chain().stream().map(Bytes::toArray).toList(),
                expected(draft, issued)))
        .isEmpty();
  }

  private static ExpectedCertificate expected(
      SubmissionDraft draft, CaResult.CertificateIssued issued) {
    return new ExpectedCertificate(
        draft.key.spki(),
        DistinguishedName.ofCommonName("alice"),
        Set.of(
            new SubjectAltName(SubjectAltName.Type.UPN, "alice@contoso.test"),
            new SubjectAltName(SubjectAltName.Type.EMAIL, "alice@contoso.test")),
        new HashSet<>(draft.extendedKeyUsages),
        KeyUsage.forKey(draft.key.spki()),
        draft.sid,
        Duration.ofSeconds(draft.validitySeconds),
        issued.chain().stream().map(Bytes::toArray).toList(),
        Instant.now(),
        Duration.ofMinutes(1));
  }

  @Test
  void reportsItselfWithItsTemplates() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(wire.reports())
                    .anySatisfy(
                        report -> {
                          assertThat(report.state()).isEqualTo("active");
                          assertThat(report.cas()).hasSize(1);
                          ConnectorReported.Ca ca = report.cas().get(0);
                          assertThat(ca.caId()).isEqualTo("builtin");
                          assertThat(ca.reachable()).isTrue();
                          assertThat(ca.templates())
                              .extracting(ConnectorReported.Template::name)
                              .contains("User", "Workstation");
                        }));
  }

  @Test
  void changesNothingWhenTheTopicIsReplayed() {
    // Given
    SubmissionDraft draft = forge.draft();
    CaCommand.SubmitCsr command = draft.command();
    UUID event = EventIds.next();
    wire.send(event, draft.tenant, command);
    CaResult.CertificateIssued issued =
        wire.await(draft.requestId, CaResult.CertificateIssued.class);

    // When: the same event, then a sentinel
    wire.send(event, draft.tenant, command);
    SubmissionDraft sentinel = forge.draft();
    sentinel.requestId = EventIds.next();
    wire.send(sentinel.tenant, sentinel.command());
    wire.await(sentinel.requestId, CaResult.CertificateIssued.class);
    wire.send(draft.tenant, command);

    // Then: only the fresh event id was answered, with the recorded result
    assertThat(wire.await(draft.requestId, CaResult.CertificateIssued.class, 2))
        .containsExactly(issued, issued);
  }

  @Test
  void refusesACommandThatItsSenderDidNotSign() {
    // Given
    SubmissionDraft draft = Forge.fresh().forge().draft();

    // When
    wire.send(draft.tenant, draft.command());

    // Then
    CaResult.CertificateDenied denied =
        wire.await(draft.requestId, CaResult.CertificateDenied.class);
    assertThat(denied.code()).isEqualTo("command-invalid");
    assertThat(denied.submitted()).isFalse();
  }

  @Test
  void showsItsQueuesAndCalls() {
    // Given
    SubmissionDraft draft = forge.draft();
    wire.send(draft.tenant, draft.command());
    wire.await(draft.requestId, CaResult.CertificateIssued.class);

    // Then
    given()
        .get("/q/metrics")
        .then()
        .statusCode(200)
        .body(containsString("certferry_commands_oldest_seconds{ca=\"builtin\""))
        .body(containsString("certferry_attempts_per_certificate_count{ca=\"builtin\""))
        .body(containsString("certferry_ca_breaker_open{ca=\"builtin\""))
        .body(containsString("certferry_ca_call_seconds_count"));
  }

  @Test
  void isReadyOnceItIsRegistered() {
    given().get("/q/health/ready").then().statusCode(200);
  }
}
