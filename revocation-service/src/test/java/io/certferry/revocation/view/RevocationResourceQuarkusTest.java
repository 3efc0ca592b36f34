package io.certferry.revocation.view;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;

import io.certferry.contracts.event.CaCommand.RevokeCertificate;
import io.certferry.contracts.event.CaResult.RevocationRefused;
import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.revocation.inventory.Serials;
import io.certferry.revocation.testing.ListServerResource;
import io.certferry.revocation.testing.TestCa;
import io.certferry.revocation.testing.Wire;
import io.certferry.testkit.CertferryTestResource;
import io.certferry.testkit.Tokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(
    value = CertferryTestResource.class,
    initArgs = @ResourceArg(name = "service", value = "revocation-service"))
@QuarkusTestResource(ListServerResource.class)
class RevocationResourceQuarkusTest {

  private static final String REVOCATIONS = "/api/v1/revocations";

  private Wire wire;
  private final String device = "dev-" + UUID.randomUUID();

  @BeforeEach
  void open() {
    wire =
        new Wire(
            ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class),
            "builtin");
  }

  @AfterEach
  void close() {
    wire.close();
  }

  @Test
  void ordersACertificateOnceAndUrgentlyWhenItsKeyIsCompromised() {
    // Given
    CertificateFacts certificate = known();
    String body =
        "{\"issuer\":\"cn=revocation test CA\",\"serial\":\"%s\",\"trigger\":\"key-compromise\",\"comment\":\"stolen\"}"
            .formatted(certificate.serial());

    // When
    ValidatableResponse ordered = order(body, 202);

    // Then
    ordered
        .body("items", hasSize(1))
        .body("items[0].reason", equalTo("keyCompromise"))
        .body("items[0].priority", equalTo("compromise"))
        .body("items[0].orderedBy", equalTo("local-pki-admin"));
    order(body, 200).body("items[0].id", equalTo(ordered.extract().path("items[0].id")));
    wire.await(RevokeCertificate.class, c -> c.serial().equals(certificate.serial()));
    as("auditor")
        .queryParam("serial", certificate.serial())
        .get(REVOCATIONS)
        .then()
        .statusCode(200)
        .body("items", hasSize(1))
        .body("items[0].comment", equalTo("stolen"));
  }

  @ParameterizedTest
  @CsvSource({
    "-2a,serial-sign",
    "2a0,serial-odd",
    "0x2a,serial-hex",
    "2a00,unknown-serial",
    "12345678901234567890123456789012345678901234,serial-decimal"
  })
  void namesWhatIsWrongWithASerial(String serial, String rule) {
    known();
    order("{\"issuer\":\"%s\",\"serial\":\"%s\"}".formatted(TestCa.ISSUER, serial), 422)
        .body("errors.rule", hasItem(rule));
  }

  @Test
  void tellsASerialThatWasWrittenInDecimal() {
    // Given
    CertificateFacts certificate = known();
    String decimal = Serials.number(certificate.serial()).toString();
    String even = decimal.length() % 2 == 0 ? decimal : "0" + decimal;

    // Then
    order("{\"issuer\":\"%s\",\"serial\":\"%s\"}".formatted(TestCa.ISSUER, even), 422)
        .body("errors.rule", hasItem("serial-decimal"));
  }

  @Test
  void namesAnUnknownIssuerAnUnknownReasonAndAMissingTarget() {
    order("{\"issuer\":\"CN=Nobody\",\"serial\":\"2a00\"}", 422)
        .body("errors.rule", hasItem("unknown-issuer"));
    order("{\"deviceId\":\"x\",\"reason\":\"tired\"}", 422)
        .body("errors.rule", hasItem("reason-unknown"));
    order("{\"deviceId\":\"x\",\"reason\":\"certificateHold\"}", 422)
        .body("errors.rule", hasItem("reason-not-final"));
    order("{\"reason\":\"superseded\",\"trigger\":\"wiped\"}", 422)
        .body("errors.rule", hasItem("target"))
        .body("errors.rule", hasItem("trigger-unknown"));
    order("{\"deviceId\":\"nobody\"}", 422).body("errors.rule", hasItem("unknown-device"));
  }

  @Test
  void refusesAnExpiredCertificate() {
    // Given
    Instant now = Instant.now();
    CertificateFacts expired =
        TestCa.certificate(
            "builtin", now.minus(Duration.ofDays(10)), now.minus(Duration.ofDays(1)));
    NaturalKey key = Wire.key(device, 1);
    wire.installed(key, expired);

    // Then
    Awaitility.await()
        .untilAsserted(
            () ->
                order(
                        "{\"issuer\":\"%s\",\"serial\":\"%s\"}"
                            .formatted(TestCa.ISSUER, expired.serial()),
                        422)
                    .body("errors.rule", hasItem("expired")));
  }

  @Test
  void refusesToRevokeWhatWasImported() {
    // Given
    NaturalKey imported =
        new NaturalKey("default", device, "u1", UUID.randomUUID(), "ab".repeat(20), 1);
    UUID request = wire.installed(imported, TestCa.certificate("builtin"));

    // Then
    Awaitility.await()
        .untilAsserted(
            () ->
                order("{\"requestId\":\"%s\",\"reason\":\"keyCompromise\"}".formatted(request), 422)
                    .body("errors.rule", hasItem("not-revocable")));
    order("{\"requestId\":\"%s\"}".formatted(request), 202)
        .body("items[0].action", equalTo("remove"));
  }

  @Test
  void triesAFailedOneAgainAndNoOther() {
    // Given
    CertificateFacts certificate = known();
    String id =
        order(
                "{\"issuer\":\"%s\",\"serial\":\"%s\"}"
                    .formatted(TestCa.ISSUER, certificate.serial()),
                202)
            .extract()
            .path("items[0].id");
    RevokeCertificate command =
        wire.await(RevokeCertificate.class, c -> c.serial().equals(certificate.serial()));
    as("operator").post(REVOCATIONS + "/" + id + "/retry").then().statusCode(409);
    wire.result(
        new RevocationRefused(
            command.requestId(),
            "builtin",
            command.revocationId(),
            command.issuer(),
            command.serial(),
            "reason-refused",
            "not this reason",
            Instant.now()));
    Awaitility.await()
        .untilAsserted(
            () ->
                as("auditor")
                    .get(REVOCATIONS + "/" + id)
                    .then()
                    .body("state", equalTo("failed"))
                    .body("code", equalTo("reason-refused")));
    as("auditor")
        .get(REVOCATIONS + "/views/summary")
        .then()
        .statusCode(200)
        .body("failures.code", hasItem("reason-refused"))
        .body("unrevokedAfterUnenrolment.count", notNullValue());
    as("auditor")
        .queryParam("limit", 200)
        .get(REVOCATIONS + "/views/unrevoked")
        .then()
        .statusCode(200)
        .body("items.serial", hasItem(certificate.serial()));

    // When
    as("operator").post(REVOCATIONS + "/" + id + "/retry").then().statusCode(200);

    // Then
    Awaitility.await()
        .untilAsserted(
            () ->
                as("auditor")
                    .get(REVOCATIONS + "/" + id)
                    .then()
                    .body("state", equalTo("submitted")));
  }

  @Test
  void showsTheTableAndTheAgeOfTheLists() {
    as("auditor")
        .get(REVOCATIONS + "/views/table")
        .then()
        .statusCode(200)
        .body(
            "cells.findAll { it.trigger == 'lost' && it.kind == 'pkcs' }.priority",
            hasItem("compromise"));
    Awaitility.await()
        .untilAsserted(
            () ->
                as("operator")
                    .get(REVOCATIONS + "/views/lists")
                    .then()
                    .statusCode(200)
                    .body("items.caId", hasItem("builtin")));
  }

  @Test
  void isClosedToOthersAndHidesAnotherTenantsCertificates() {
    CertificateFacts certificate = known();
    given().get(REVOCATIONS).then().statusCode(401);
    as("mdm").get(REVOCATIONS).then().statusCode(403);
    as("auditor").body("{}").post(REVOCATIONS).then().statusCode(403);
    given()
        .auth()
        .oauth2(Tokens.token("pki-admin", "other"))
        .contentType("application/json")
        .body(
            "{\"issuer\":\"%s\",\"serial\":\"%s\"}".formatted(TestCa.ISSUER, certificate.serial()))
        .post(REVOCATIONS)
        .then()
        .statusCode(422)
        .body("errors.rule", hasItem("unknown-issuer"));
    as("pki-admin").get(REVOCATIONS + "/" + UUID.randomUUID()).then().statusCode(404);
  }

  @Test
  void givesMetricsWithoutATokenAndWithoutSerials() {
    given()
        .get("/q/metrics")
        .then()
        .statusCode(200)
        .body(org.hamcrest.Matchers.containsString("certferry_revocation_unrevoked"));
  }

  private CertificateFacts known() {
    CertificateFacts certificate = TestCa.certificate("builtin");
    NaturalKey key = Wire.key(device, 1);
    wire.installed(key, certificate);
    awaitKnown(certificate);
    return certificate;
  }

  /** A query that only a known certificate answers this way. */
  private static void awaitKnown(CertificateFacts certificate) {
    String caSerial = Serials.number(certificate.serial()).toString();
    String even = caSerial.length() % 2 == 0 ? caSerial : "0" + caSerial;
    Awaitility.await()
        .untilAsserted(
            () ->
                order("{\"issuer\":\"%s\",\"serial\":\"%s\"}".formatted(TestCa.ISSUER, even), 422)
                    .body("errors.rule", hasItem("serial-decimal")));
  }

  private static ValidatableResponse order(String body, int status) {
    return as("pki-admin").body(body).post(REVOCATIONS).then().statusCode(status);
  }

  private static RequestSpecification as(String role) {
    return given().auth().oauth2(Tokens.token(role, "default")).contentType("application/json");
  }
}
