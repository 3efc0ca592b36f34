package io.certferry.edge;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.certferry.testkit.CertferryTestResource;
import io.certferry.testkit.Tokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(CertferryTestResource.class)
class EdgeQuarkusTest {

  private static final String THING =
      """
      {"name":"n","size":1,"parts":[]}""";

  @TestHTTPResource("/probe")
  private @Nullable URI probe;

  @Test
  void asksForATokenWhereOneIsNeeded() {
    problem(given().get("/probe/tenant"), 401, "unauthorized")
        .header("WWW-Authenticate", equalTo("Bearer"));
  }

  @Test
  void refusesATokenThatIsNotGood() {
    for (String token :
        new String[] {
          Tokens.expired("mdm", "default"),
          Tokens.fromStranger("mdm", "default"),
          Tokens.forAudience("other", "mdm", "default"),
          "nonsense"
        }) {
      problem(given().auth().oauth2(token).get("/probe/tenant"), 401, "unauthorized")
          .header("WWW-Authenticate", equalTo("Bearer"));
    }
  }

  @Test
  void refusesARoleThatMayNot() {
    problem(as("auditor").get("/probe/tenant"), 403, "forbidden");
  }

  @Test
  void readsTenantAndActorFromTheToken() {
    as("mdm")
        .header(CorrelationId.HEADER, "story-1")
        .get("/probe/tenant")
        .then()
        .statusCode(200)
        .header(CorrelationId.HEADER, equalTo("story-1"))
        .body("tenant", equalTo("default"))
        .body("actor", not(nullValue()))
        .body("correlationId", equalTo("story-1"));
  }

  @Test
  void refusesATokenWhoseTenantCannotBeOne() {
    problem(
            given().auth().oauth2(Tokens.token("mdm", "a/b")).get("/probe/tenant"),
            403,
            "forbidden")
        .body("detail", equalTo("the token names no tenant"));
  }

  @Test
  void makesACorrelationIdWhereNoneCanBeUsed() {
    given()
        .header(CorrelationId.HEADER, "no spaces please")
        .get("/probe/page")
        .then()
        .header(CorrelationId.HEADER, matchesPattern("[0-9a-f-]{36}"));
  }

  @Test
  void namesWhatIsNotThere() {
    problem(given().get("/nowhere"), 404, "not-found");
    problem(given().get("/probe/fail/gone"), 404, "not-found");
    problem(given().delete("/probe/page"), 405, "method-not-allowed");
    problem(
        given().contentType("text/plain").body("x").post("/probe"), 415, "unsupported-media-type");
    problem(given().accept("text/plain").get("/probe/page"), 406, "not-acceptable");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"name\":|''|json",
        "{\"name\":\"n\",\"size\":\"many\",\"parts\":[]}|/size|type",
        "{\"name\":\"n\",\"kind\":\"HUGE\",\"parts\":[]}|/kind|type",
        "{\"name\":\"n\",\"parts\":[{\"number\":1},{\"number\":true}]}|/parts/1/number|type",
        "{\"name\":\"n\",\"parts\":7}|/parts|type"
      })
  void saysWhereABodyCannotBeRead(String body, String field, String rule) {
    problem(given().contentType("application/json").body(body).post("/probe"), 400, "unparsable")
        .body("errors.field", contains(field))
        .body("errors.rule", contains(rule));
  }

  @Test
  void listsEveryBrokenConstraint() {
    problem(
            given()
                .contentType("application/json")
                .body(
                    """
                    {"name":" ","size":1,"parts":[{"number":1},{"number":10}]}""")
                .post("/probe"),
            422,
            "rule-broken")
        .body("errors.field", containsInAnyOrder("/name", "/parts/1/number"))
        .body("errors.rule", containsInAnyOrder("not-blank", "max"));
  }

  @Test
  void passesOnWhatTheServiceRefuses() {
    problem(given().get("/probe/fail/rules"), 422, "rule-broken")
        .body("title", equalTo("Rule broken"))
        .body("errors.field", contains("/a", "/b"));
    problem(given().get("/probe/fail/busy"), 429, "too-many-requests")
        .header("Retry-After", equalTo("7"));
  }

  @Test
  void tellsNothingAboutAFault() {
    String body = given().get("/probe/fail/secret").then().statusCode(500).extract().asString();
    assertThat(body).contains("urn:certferry:problem:internal").doesNotContain("hunter2", "State");
  }

  @Test
  void asksToComeBackWhenTheDatabaseIsAway() {
    problem(given().get("/probe/fail/database"), 503, "unavailable")
        .header("Retry-After", matchesPattern("[1-5]"));
  }

  @Test
  void refusesABodyThatIsTooLarge() throws Exception {
    problem(
            given().contentType("application/json").body("x".repeat(5_000)).post("/probe"),
            413,
            "too-large")
        .header(CorrelationId.HEADER, not(nullValue()));
    assertThat(chunked("x".repeat(500_000))).isEqualTo(413);
  }

  @Test
  void walksThroughPages() {
    String next =
        given()
            .get("/probe/page?limit=3")
            .then()
            .body("items", contains("1", "2", "3"))
            .extract()
            .path("next");
    given()
        .queryParam("cursor", next)
        .get("/probe/page?limit=3")
        .then()
        .body("items", contains("4", "5"))
        .body("next", nullValue())
        .body(org.hamcrest.Matchers.containsString("\"next\":null"));
    problem(given().get("/probe/page?limit=201&cursor=!"), 422, "rule-broken")
        .body("errors.field", contains("limit", "cursor"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"client", "hibernate"})
  void answersACreateThatComesAgainAsItDidBefore(String way) {
    // Given
    String key = UUID.randomUUID().toString();
    int before = ProbeResource.EFFECTS.get();
    var first = create(way, key, THING).then().statusCode(201).extract();

    // When
    var again =
        create(way, key, " {\"size\":1, \"parts\":[], \"name\":\"n\"}")
            .then()
            .statusCode(201)
            .extract();

    // Then
    assertThat(again.asString()).isEqualTo(first.asString());
    assertThat(again.header("Location")).isEqualTo(first.header("Location"));
    assertThat(again.header("Location")).contains("/probe/things/");
    assertThat(ProbeResource.EFFECTS.get()).isEqualTo(before + 1);
    problem(create(way, key, THING.replace("\"n\"", "\"m\"")), 422, "rule-broken")
        .body("errors.rule", contains("idempotency-key-reused"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"client", "hibernate"})
  void remembersNoRefusal(String way) {
    String key = UUID.randomUUID().toString();
    String bad = THING.replace("1", "-1");
    int before = ProbeResource.EFFECTS.get();

    problem(create(way, key, bad), 422, "rule-broken");
    problem(create(way, key, bad), 422, "rule-broken").body("errors.field", contains("/size"));

    assertThat(ProbeResource.EFFECTS.get()).isEqualTo(before + 2);
    create(way, key, THING).then().statusCode(201);
  }

  @Test
  void createsEachTimeWithoutAKeyAndRefusesAKeyThatCannotBeOne() {
    int before = ProbeResource.EFFECTS.get();
    create("client", null, THING).then().statusCode(201);
    create("client", null, THING).then().statusCode(201);
    assertThat(ProbeResource.EFFECTS.get()).isEqualTo(before + 2);
    problem(create("client", "with space", THING), 422, "rule-broken")
        .body("errors.field", contains("Idempotency-Key"));
  }

  private static io.restassured.response.Response create(
      String way, @Nullable String key, String body) {
    RequestSpecification request = as("profile-admin").contentType("application/json").body(body);
    return (key == null ? request : request.header("Idempotency-Key", key))
        .post("/probe/things/" + way);
  }

  private static RequestSpecification as(String role) {
    return given().auth().oauth2(Tokens.token(role, "default"));
  }

  private static ValidatableResponse problem(
      io.restassured.response.Response response, int status, String type) {
    return response
        .then()
        .statusCode(status)
        .contentType(Problem.MEDIA_TYPE)
        .body("type", equalTo("urn:certferry:problem:" + type))
        .body("status", equalTo(status))
        .body("correlationId", not(nullValue()));
  }

  /** Sends a body that does not say how long it is. */
  private int chunked(String body) throws Exception {
    if (probe == null) {
      throw new IllegalStateException("no server");
    }
    HttpRequest request =
        HttpRequest.newBuilder(probe)
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofInputStream(
                    () -> new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))))
            .build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}
