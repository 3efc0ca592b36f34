package io.certferry.revocation.oauth;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.startsWith;

import io.certferry.revocation.testing.ListServerResource;
import io.certferry.revocation.testing.OAuthResource;
import io.certferry.testkit.CertferryTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(
    value = CertferryTestResource.class,
    initArgs = @ResourceArg(name = "service", value = "revocation-service"))
@QuarkusTestResource(ListServerResource.class)
@WithTestResource(OAuthResource.class)
class TokenQuarkusTest {

  private static final String APPLICATION = "0000000a-0000-0000-c000-000000000000";
  private static final String GRAPH = "/v1.0/servicePrincipals";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/default/oauth2/v2.0/token",
        "/contoso.onmicrosoft.com/oauth2/v2.0/token",
        "/contoso.onmicrosoft.com/oauth2/token",
        "/adfs/oauth2/token"
      })
  void givesATokenThatThePartnerApiAccepts(String path) {
    // When
    String token = token(path, OAuthResource.SECRET, 200).extract().path("access_token");

    // Then
    given()
        .auth()
        .oauth2(token)
        .contentType("application/json")
        .body("{\"downloadParameters\":{\"maxRequests\":1}}")
        .post("/partner/pki/CertificateAuthorityRequests/downloadRevocationRequests")
        .then()
        .statusCode(200);
  }

  @Test
  void takesTheScopesInAnyOrderAndWithADoubleSlash() {
    token("/default/oauth2/v2.0/token", OAuthResource.SECRET, 200)
        .contentType("application/json")
        .body("token_type", equalTo("Bearer"))
        .body("expires_in", equalTo(3600));
  }

  @ParameterizedTest
  @CsvSource({"wrong,/default/oauth2/v2.0/token", "right,/other/oauth2/v2.0/token"})
  void refusesAWrongSecretAndAnotherTenant(String secret, String path) {
    token(path, secret.equals("right") ? OAuthResource.SECRET : secret, 401)
        .body("error", equalTo("invalid_client"))
        .body("error_description", startsWith("AADSTS7000215"));
  }

  @Test
  void refusesAnotherGrant() {
    given()
        .formParam("grant_type", "password")
        .formParam("client_id", "acme-ca")
        .formParam("client_secret", OAuthResource.SECRET)
        .formParam("scope", "x")
        .post("/default/oauth2/v2.0/token")
        .then()
        .statusCode(400)
        .body("error", equalTo("unsupported_grant_type"));
  }

  @Test
  void answersTheInstanceDiscovery() {
    given()
        .queryParam("api-version", "1.1")
        .queryParam(
            "authorization_endpoint",
            "https://127.0.0.1:8443/contoso.onmicrosoft.com/oauth2/v2.0/authorize")
        .get("/common/discovery/instance")
        .then()
        .statusCode(200)
        .body(
            "tenant_discovery_endpoint",
            equalTo(
                "https://127.0.0.1:8443/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration"))
        .body("metadata", hasSize(0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        GRAPH + "/appId=" + APPLICATION + "/endpoints",
        GRAPH + "/appId%3D" + APPLICATION + "/endpoints",
        GRAPH + "(appId='" + APPLICATION + "')/endpoints",
        "/contoso.onmicrosoft.com/servicePrincipalsByAppId/"
            + APPLICATION
            + "/serviceEndpoints?api-version=1.6"
      })
  void tellsWhereTheServicesAreInEverySpelling(String path) {
    String token =
        token("/default/oauth2/v2.0/token", OAuthResource.SECRET, 200)
            .extract()
            .path("access_token");
    given()
        .urlEncodingEnabled(false)
        .auth()
        .oauth2(token)
        .get(path)
        .then()
        .statusCode(200)
        .contentType("application/json")
        .body(
            "value.providerName",
            hasItems("PkiConnectorFEService", "ScepRequestValidationFEService"))
        .body(
            "value.serviceName",
            hasItems("PkiConnectorFEService", "ScepRequestValidationFEService"))
        .body("value[0].uri", endsWith("/partner/pki"))
        .body("value[0].uri", containsString("http"));
  }

  @Test
  void knowsNoOtherApplicationAndNobodyWithoutAToken() {
    String path = GRAPH + "/appId=11111111-0000-0000-c000-000000000000/endpoints";
    given().get(path).then().statusCode(401);
    String token =
        token("/default/oauth2/v2.0/token", OAuthResource.SECRET, 200)
            .extract()
            .path("access_token");
    given()
        .auth()
        .oauth2(token)
        .get(path)
        .then()
        .statusCode(404)
        .body("error.code", equalTo("Request_ResourceNotFound"));
  }

  private static ValidatableResponse token(String path, String secret, int status) {
    String scope =
        String.join(
            " ",
            List.of(
                "openid",
                "https://api.manage.microsoft.com//.default",
                "profile",
                "offline_access"));
    return given()
        .formParam("client_info", "1")
        .formParam("grant_type", "client_credentials")
        .formParam("scope", scope)
        .formParam("client_secret", secret)
        .formParam("client_id", "acme-ca")
        .post(path)
        .then()
        .statusCode(status);
  }
}
