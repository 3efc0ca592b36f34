package io.certferry.revocation.partner;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;

import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.event.RevocationOrdered;
import io.certferry.contracts.event.RevocationProgressed;
import io.certferry.revocation.testing.ListServerResource;
import io.certferry.revocation.testing.Lists;
import io.certferry.revocation.testing.TestCa;
import io.certferry.revocation.testing.Wire;
import io.certferry.testkit.CertferryTestResource;
import io.certferry.testkit.Tokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(
    value = CertferryTestResource.class,
    initArgs = @ResourceArg(name = "service", value = "revocation-service"))
@QuarkusTestResource(ListServerResource.class)
class PartnerApiQuarkusTest {

  private static final String BASE = "/partner/pki/CertificateAuthorityRequests/";

  @Inject Pool pool;

  private Wire wire;

  @BeforeEach
  void open() {
    wire = new Wire(ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class));
    pool.query("delete from revocation where channel = 'partner'").executeAndAwait();
  }

  @AfterEach
  void close() {
    wire.close();
  }

  @Test
  void handsOutLeasedRequestsAndWatchesWhatThePartnerDidUntilItIsListed() {
    // Given
    CertificateFacts certificate = TestCa.certificate("partnerca");
    UUID id = ordered(certificate);

    // When
    ValidatableResponse first = download("{\"issuerName\":null,\"maxRequests\":10}");

    // Then
    first
        .body("'@odata.context'", notNullValue())
        .body("value", hasSize(1))
        .body("value[0].requestContext", equalTo(id.toString()))
        .body("value[0].serialNumber", equalTo(certificate.serial().toUpperCase(Locale.ROOT)))
        .body("value[0].issuerName", equalTo(TestCa.ISSUER))
        .body("value[0].caConfiguration", equalTo("conf-1"));
    download("{\"maxRequests\":10}").body("value", hasSize(0));

    // When
    upload(result(id, true, "0")).body("value", equalTo(true));
    upload(result(id, true, "0")).body("value", equalTo(true));
    awaitState(id, "accepted");
    Lists.publish(List.of(certificate.serial()));

    // Then
    assertThat(awaitState(id, "listed").evidence()).isNotNull();
  }

  @Test
  void handsARequestOutAgainOnceItsLeaseEnded() {
    // Given
    UUID id = ordered(TestCa.certificate("partnerca"));
    download("{\"maxRequests\":1}").body("value", hasSize(1));

    // When
    endLease(id);

    // Then
    download("{\"maxRequests\":1}").body("value[0].requestContext", equalTo(id.toString()));
  }

  @Test
  void takesAResultThatComesAfterTheLease() {
    // Given
    UUID id = ordered(TestCa.certificate("partnerca"));
    download("{\"maxRequests\":1}").body("value", hasSize(1));
    endLease(id);

    // When
    upload(result(id, true, "None")).body("value", equalTo(true));

    // Then
    awaitState(id, "accepted");
    download("{\"maxRequests\":1}").body("value", hasSize(0));
  }

  @ParameterizedTest
  @CsvSource({
    "4000,failed",
    "4001,failed",
    "4002,failed",
    "4003,failed",
    "4004,failed",
    "4005,accepted",
    "4006,failed",
    "4007,failed",
    "4100,waiting",
    "4101,waiting",
    "4102,waiting",
    "4103,waiting",
    "NonRetryableServiceException,failed",
    "CertificateNotFoundError,failed",
    "ConflictError,accepted",
    "retryableserviceexception,waiting",
    "None,failed"
  })
  void followsEveryErrorCode(String code, String state) {
    // Given
    UUID id = ordered(TestCa.certificate("partnerca"));
    download("{\"maxRequests\":1}").body("value", hasSize(1));

    // When
    upload(result(id, false, code)).body("value", equalTo(true));

    // Then
    awaitState(id, state);
  }

  @Test
  void narrowsToAnIssuerByNameOrByCommonName() {
    // Given
    ordered(TestCa.certificate("partnerca"));

    // Then
    download("{\"maxRequests\":5,\"issuerName\":\"CN=Another CA\"}").body("value", hasSize(0));
    download("{\"maxRequests\":5,\"issuerName\":\"Another CA\"}").body("value", hasSize(0));
    download("{\"maxRequests\":5,\"issuerName\":\"revocation test ca\"}").body("value", hasSize(1));
  }

  @Test
  void readsBodiesThatAreNotUtf8AndMembersInAnyCase() {
    // Given
    UUID id = ordered(TestCa.certificate("partnerca"));
    download("{\"MaxRequests\":1}").body("value", hasSize(1));
    String body =
        "{\"Results\":[{\"RequestContext\":\"%s\",\"Succeeded\":false,\"ErrorCode\":\"4004\",\"ErrorMessage\":\"inconnu: \u00e9\"}]}"
            .formatted(id);

    // When
    post("uploadRevocationResults", body.getBytes(StandardCharsets.ISO_8859_1), 200);

    // Then
    assertThat(awaitState(id, "failed").detail()).isEqualTo("inconnu: \u00e9");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "nonsense",
        "{}",
        "{\"downloadParameters\":null}",
        "{\"downloadParameters\":{}}",
        "{\"downloadParameters\":{\"maxRequests\":0}}",
        "{\"downloadParameters\":{\"maxRequests\":501}}",
        "{\"downloadParameters\":{\"maxRequests\":\"ten\"}}",
        "{\"downloadParameters\":{\"maxRequests\":1,\"issuerName\":7}}"
      })
  void refusesAMalformedDownloadWithAJsonObject(String body) {
    post("downloadRevocationRequests", body.getBytes(StandardCharsets.UTF_8), 400)
        .body("error.code", equalTo("BadRequest"))
        .body("error.message", notNullValue());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"results\":{}}",
        "{\"results\":[]}",
        "{\"results\":[7]}",
        "{\"results\":[{\"succeeded\":true}]}",
        "{\"results\":[{\"requestContext\":\"\",\"succeeded\":true}]}",
        "{\"results\":[{\"requestContext\":\"x\"}]}",
        "{\"results\":[{\"requestContext\":\"x\",\"succeeded\":false,\"errorCode\":\"9999\"}]}"
      })
  void refusesAMalformedUploadWithAJsonObject(String body) {
    post("uploadRevocationResults", body.getBytes(StandardCharsets.UTF_8), 400)
        .body("error.code", equalTo("BadRequest"));
  }

  @Test
  void ignoresAResultForSomethingThatItNeverHandedOut() {
    upload("{\"requestContext\":\"ctx-of-somebody\",\"succeeded\":true}")
        .body("value", equalTo(true));
  }

  @Test
  void showsNothingToAnotherTenantAndTakesNothingFromIt() {
    // Given
    UUID id = ordered(TestCa.certificate("partnerca"));
    String other = Tokens.token("ca-partner", "other");

    // Then
    given()
        .auth()
        .oauth2(other)
        .body("{\"downloadParameters\":{\"maxRequests\":5}}")
        .post(BASE + "downloadRevocationRequests")
        .then()
        .statusCode(200)
        .body("value", hasSize(0));
    given()
        .auth()
        .oauth2(other)
        .body("{\"results\":[" + result(id, true, "0") + "]}")
        .post(BASE + "uploadRevocationResults")
        .then()
        .statusCode(200);
    download("{\"maxRequests\":5}").body("value", hasSize(1));
  }

  @Test
  void wantsAPartnersToken() {
    given()
        .body("{\"downloadParameters\":{\"maxRequests\":5}}")
        .post(BASE + "downloadRevocationRequests")
        .then()
        .statusCode(401);
    given()
        .auth()
        .oauth2(Tokens.token("mdm", "default"))
        .body("{\"downloadParameters\":{\"maxRequests\":5}}")
        .post(BASE + "downloadRevocationRequests")
        .then()
        .statusCode(403);
  }

  private UUID ordered(CertificateFacts certificate) {
    String device = "dev-" + UUID.randomUUID();
    NaturalKey key = Wire.key(device, 1);
    wire.installed(key, certificate);
    wire.lifecycle(device, "unenrolled");
    return wire.await(RevocationOrdered.class, o -> o.naturalKey().equals(key)).revocationId();
  }

  private void endLease(UUID id) {
    pool.preparedQuery("update revocation set next_attempt_at = now() where id = $1")
        .executeAndAwait(Tuple.of(id));
  }

  private RevocationProgressed awaitState(UUID id, String state) {
    return wire.await(
        RevocationProgressed.class, p -> p.revocationId().equals(id) && p.state().equals(state));
  }

  private static String result(UUID id, boolean succeeded, String code) {
    return "{\"requestContext\":\"%s\",\"succeeded\":%s,\"errorCode\":\"%s\"}"
        .formatted(id, succeeded, code);
  }

  private static ValidatableResponse download(String parameters) {
    return post(
        "downloadRevocationRequests",
        ("{\"downloadParameters\":" + parameters + "}").getBytes(StandardCharsets.UTF_8),
        200);
  }

  private static ValidatableResponse upload(String item) {
    return post(
        "uploadRevocationResults",
        ("{\"results\":[" + item + "]}").getBytes(StandardCharsets.UTF_8),
        200);
  }

  private static ValidatableResponse post(String path, byte[] body, int status) {
    return given()
        .auth()
        .oauth2(Tokens.token("ca-partner", "default"))
        .contentType("application/json")
        .header("api-version", "5019-05-05")
        .header("client-request-id", "-8372")
        .body(body)
        .post(BASE + path)
        .then()
        .statusCode(status)
        .contentType("application/json");
  }
}
