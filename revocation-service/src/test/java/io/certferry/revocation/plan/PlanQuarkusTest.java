package io.certferry.revocation.plan;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;

import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.event.RevocationOrdered;
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
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
    value = CertferryTestResource.class,
    initArgs = @ResourceArg(name = "service", value = "revocation-service"))
@QuarkusTestResource(ListServerResource.class)
class PlanQuarkusTest {

  private static final String PLANS = "/api/v1/revocations/plans";

  private Wire wire;
  private UUID profile;

  @BeforeEach
  void open() {
    wire =
        new Wire(
            ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class),
            "builtin");
    profile = UUID.randomUUID();
  }

  @AfterEach
  void close() {
    wire.close();
  }

  @Test
  void revokesWhatWasCountedShownAndConfirmed() {
    // Given
    List<String> serials = certificates(3);
    ValidatableResponse plan = draw("{\"query\":{\"profileId\":\"%s\"}}".formatted(profile), 201);
    plan.body("state", equalTo("draft"))
        .body("count", equalTo(3))
        .body("sample", hasSize(3))
        .body("states.'not-ordered'", equalTo(3));
    String id = plan.extract().path("id");
    String token = plan.extract().path("confirmation");

    // When
    confirm(id, 2, token, 422).body("errors.rule", hasItem("confirmation-count"));
    confirm(id, 3, "0000", 422).body("errors.rule", hasItem("confirmation-wrong"));
    confirm(id, 3, token, 200).body("state", equalTo("running"));

    // Then
    List<String> ordered = new ArrayList<>();
    for (String serial : serials) {
      RevocationOrdered order = wire.await(RevocationOrdered.class, o -> serial.equals(o.serial()));
      assertThat(order.trigger()).isEqualTo("mass");
      ordered.add(serial);
    }
    assertThat(ordered).hasSize(3);
    Awaitility.await()
        .untilAsserted(
            () -> as("auditor").get(PLANS + "/" + id).then().body("state", equalTo("done")));
    as("auditor")
        .get(PLANS + "/" + id + "/report")
        .then()
        .statusCode(200)
        .body("items", hasSize(3))
        .body("items.serial", org.hamcrest.Matchers.containsInAnyOrder(serials.toArray()));
    confirm(id, 3, token, 409);
  }

  @Test
  void refusesAQueryForEverythingUnlessEverythingIsSaidTwice() {
    // Given
    certificates(1);

    // Then
    draw("{\"query\":{}}", 422).body("errors.rule", hasItem("selects-everything"));
    ValidatableResponse plan = draw("{\"query\":{},\"everything\":true}", 201);
    int count = plan.extract().path("count");
    String token = plan.extract().path("confirmation");
    confirm(plan.extract().path("id"), count, token, 422)
        .body("errors.rule", hasItem("confirmation-everything"));
  }

  @Test
  void ordersNothingMoreAfterAPauseAndNothingAfterAnAbort() {
    // Given
    certificates(4);
    ValidatableResponse plan =
        draw("{\"query\":{\"profileId\":\"%s\"},\"perSecond\":0.5}".formatted(profile), 201);
    String id = plan.extract().path("id");
    confirm(id, 4, plan.extract().path("confirmation"), 200);
    wire.await(RevocationOrdered.class, o -> o.naturalKey().profileId().equals(profile));

    // When
    as("operator").post(PLANS + "/" + id + "/pause").then().statusCode(200);
    int before = orderedCount(id);
    as("operator").post(PLANS + "/" + id + "/resume").then().statusCode(403);
    as("operator").post(PLANS + "/" + id + "/abort").then().statusCode(200);

    // Then
    assertThat(orderedCount(id)).isEqualTo(before).isLessThan(4);
    as("pki-admin").post(PLANS + "/" + id + "/resume").then().statusCode(409);
  }

  @Test
  void tellsAllThatIsWrongWithAPlanAtOnce() {
    draw("{\"trigger\":\"wiped\",\"reason\":\"certificateHold\",\"perSecond\":0}", 422)
        .body("errors.field", hasItem("/query"))
        .body("errors.rule", hasItem("trigger-unknown"))
        .body("errors.rule", hasItem("reason-unknown"))
        .body("errors.field", hasItem("/perSecond"));
  }

  @Test
  void hidesAPlanFromAnotherTenant() {
    // Given
    certificates(1);
    String id =
        draw("{\"query\":{\"profileId\":\"%s\"}}".formatted(profile), 201).extract().path("id");

    // Then
    given()
        .auth()
        .oauth2(Tokens.token("pki-admin", "other"))
        .get(PLANS + "/" + id)
        .then()
        .statusCode(404);
  }

  private int orderedCount(String id) {
    List<Object> items =
        as("auditor")
            .get(PLANS + "/" + id + "/report")
            .then()
            .extract()
            .path("items.findAll { it.revocationId != null }");
    return items.size();
  }

  private List<String> certificates(int count) {
    List<String> serials = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      CertificateFacts certificate = TestCa.certificate("builtin");
      NaturalKey key = Wire.key("dev-" + UUID.randomUUID(), "u1", profile, 1);
      wire.installed(key, certificate);
      serials.add(certificate.serial());
    }
    Awaitility.await()
        .untilAsserted(
            () ->
                draw("{\"query\":{\"profileId\":\"%s\"}}".formatted(profile), 201)
                    .body("count", equalTo(count)));
    return serials;
  }

  private static ValidatableResponse draw(String body, int status) {
    return as("pki-admin").body(body).post(PLANS).then().statusCode(status);
  }

  private static ValidatableResponse confirm(String id, int count, String token, int status) {
    return as("pki-admin")
        .body("{\"count\":%d,\"confirmation\":\"%s\"}".formatted(count, token))
        .post(PLANS + "/" + id + "/confirm")
        .then()
        .statusCode(status);
  }

  private static RequestSpecification as(String role) {
    return given().auth().oauth2(Tokens.token(role, "default")).contentType("application/json");
  }
}
