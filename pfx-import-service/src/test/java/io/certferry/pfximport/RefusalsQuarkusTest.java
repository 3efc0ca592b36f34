package io.certferry.pfximport;

import static io.certferry.pfximport.PfxImportFixture.GRAPH;
import static io.certferry.pfximport.PfxImportFixture.admin;
import static io.certferry.pfximport.PfxImportFixture.as;
import static io.certferry.pfximport.PfxImportFixture.body;
import static io.certferry.pfximport.PfxImportFixture.encrypted;
import static io.certferry.pfximport.PfxImportFixture.newKey;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.certferry.pki.custody.OaepHash;
import io.certferry.pki.key.KeySpec;
import io.certferry.testkit.Tokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a Graph client hears when its request is not right: always JSON of Graph's form, never a
 * 500.
 */
@QuarkusTest
@QuarkusTestResource(PfxImportTestResource.class)
class RefusalsQuarkusTest {

  private static final TestPfx PFX = TestPfx.of("mallory", KeySpec.EC_256);
  private static final byte[] FILE = PFX.file("secret", 0);

  private static String upn() {
    return "mallory-" + UUID.randomUUID() + "@contoso.test";
  }

  private static Map<String, Object> good() {
    return new LinkedHashMap<>(body(newKey(), PFX, FILE, upn(), "secret"));
  }

  @ParameterizedTest
  @CsvSource({
    "thumbprint, zz, thumbprint",
    "thumbprint, , thumbprint",
    "intendedPurpose, everything, intendedPurpose",
    "intendedPurpose, 3, intendedPurpose",
    "userPrincipalName, nobody, userPrincipalName",
    "userPrincipalName, , userPrincipalName",
    "startDateTime, yesterday, startDateTime",
    "startDateTime, 2026-11-24T03:12:57, startDateTime",
    "expirationDateTime, , expirationDateTime",
    "paddingScheme, pkcs1, no longer supported",
    "paddingScheme, OaepSha1, no longer supported",
    "paddingScheme, 2, no longer supported",
    "paddingScheme, rot13, paddingScheme",
    "encryptedPfxBlob, ***, base64",
    "encryptedPfxBlob, AA==, encryptedPfxBlob",
    "encryptedPfxBlob, , encryptedPfxBlob",
    "encryptedPfxPassword, AAAA, does not open",
    "encryptedPfxPassword, , encryptedPfxPassword",
    "keyName, unknown, no import key"
  })
  void namesTheMemberThatIsWrong(String member, String value, String said) {
    // Given
    Map<String, Object> wrong = good();
    if (value == null) {
      wrong.remove(member);
    } else {
      wrong.put(member, value);
    }

    // Then
    admin()
        .header("client-request-id", "mine-1")
        .body(wrong)
        .post(GRAPH)
        .then()
        .statusCode(400)
        .contentType(ContentType.JSON)
        .header("request-id", not(emptyString()))
        .header("client-request-id", "mine-1")
        .body("error.code", equalTo("BadRequest"))
        .body("error.message", containsString(said))
        .body("error.innerError.'client-request-id'", equalTo("mine-1"))
        .body("error.innerError.'request-id'", not(emptyString()))
        .body("error.innerError.date", not(emptyString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "null", "{", "{\"thumbprint\":{}}", "\"text\""})
  void refusesABodyThatIsNoEntity(String text) {
    admin()
        .body(text.getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .post(GRAPH)
        .then()
        .statusCode(400)
        .body("error.code", equalTo("BadRequest"));
  }

  @Test
  void refusesAFileOfMoreThanOneMebibyte() {
    // Given
    Map<String, Object> large = good();
    large.put("encryptedPfxBlob", Base64.getEncoder().encodeToString(new byte[1024 * 1024 + 1]));

    // Then
    admin()
        .body(large)
        .post(GRAPH)
        .then()
        .statusCode(413)
        .body("error.code", is("RequestEntityTooLarge"));
  }

  @Test
  void refusesABombBeforeItGoesOff() {
    // Given
    Map<String, Object> deep = good();
    byte[] nested = new byte[8000];
    for (int i = 0; i < nested.length; i += 2) {
      nested[i] = 0x30;
      nested[i + 1] = (byte) 0x80;
    }
    deep.put("encryptedPfxBlob", Base64.getEncoder().encodeToString(nested));

    // Then
    admin()
        .body(deep)
        .post(GRAPH)
        .then()
        .statusCode(413)
        .body("error.message", containsString("nested"));
  }

  @Test
  void acceptsEveryHashAndSpellingThatIsSafe() {
    for (OaepHash hash : OaepHash.values()) {
      // Given
      PfxImportFixture.Key key = newKey();
      Map<String, Object> body = body(key, PFX, FILE, upn(), "secret");
      body.put(
          "paddingScheme",
          "oaep"
              + hash.name().charAt(0)
              + hash.name().substring(1).toLowerCase(java.util.Locale.ROOT));
      body.put("encryptedPfxPassword", encrypted(key, hash, "secret"));
      body.put("somethingNew", Map.of("a", 1));

      // Then
      admin().body(body).post(GRAPH).then().statusCode(201).body("encryptedPfxPassword", is(""));
    }
  }

  @Test
  void takesEmptyKeyNamesForAnyKeyAsMicrosoftsToolSendsThem() {
    // Given
    Map<String, Object> body = good();
    body.put("providerName", "");
    body.put("keyName", "");
    body.put("paddingScheme", "None");

    // Then
    admin().body(body).post(GRAPH).then().statusCode(201).body("paddingScheme", is("none"));
  }

  @Test
  void refusesThoseWithoutTokenOrRole() {
    given()
        .get(GRAPH)
        .then()
        .statusCode(401)
        .body("error.code", equalTo("InvalidAuthenticationToken"))
        .header("request-id", not(emptyString()));
    given()
        .auth()
        .oauth2("not.a.token")
        .get(GRAPH)
        .then()
        .statusCode(401)
        .body("error.code", equalTo("InvalidAuthenticationToken"));
    given()
        .auth()
        .oauth2(Tokens.expired("profile-admin", "default"))
        .get(GRAPH)
        .then()
        .statusCode(401);
    as("mdm")
        .get(GRAPH)
        .then()
        .statusCode(403)
        .body("error.code", equalTo("Authorization_RequestDenied"));
  }

  @Test
  void hidesOneTenantFromAnother() {
    // Given
    String id = admin().body(good()).post(GRAPH).then().statusCode(201).extract().path("id");

    // Then
    given()
        .auth()
        .oauth2(Tokens.token("profile-admin", "other"))
        .get(GRAPH + "/" + id)
        .then()
        .statusCode(404)
        .body("error.code", equalTo("ResourceNotFound"));
    given()
        .auth()
        .oauth2(Tokens.token("profile-admin", "other"))
        .get(GRAPH)
        .then()
        .statusCode(200)
        .body("value.findAll { it.id == '" + id + "' }", hasSize(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s", "%S"})
  void findsAnEntityByEverySyntaxOfItsKey(String form) {
    // Given
    Map<String, Object> body = good();
    String id = admin().body(body).post(GRAPH).then().statusCode(201).extract().path("id");
    String key = String.format(form, id);
    String byUser = body.get("userPrincipalName") + "-" + body.get("thumbprint");

    // Then
    for (String path : new String[] {"/" + key, "(" + key + ")", "('" + key + "')", "/" + byUser}) {
      as("profile-admin").get(GRAPH + path).then().statusCode(200).body("id", equalTo(id));
      as("profile-admin")
          .urlEncodingEnabled(false)
          .get(GRAPH + path)
          .then()
          .statusCode(200)
          .body("id", equalTo(id));
    }
    admin()
        .body(Map.of("intendedPurpose", "VPN"))
        .patch(GRAPH + "(" + key + ")")
        .then()
        .statusCode(200)
        .body("intendedPurpose", equalTo("vpn"));
    as("profile-admin")
        .delete(GRAPH + "('" + key + "')")
        .then()
        .statusCode(204)
        .body(emptyString());
    as("profile-admin").get(GRAPH + "/" + key).then().statusCode(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/x", "('x')", "/" + "0", "/a@b.c-12"})
  void refusesWhatIsNoKey(String path) {
    as("profile-admin")
        .get(GRAPH + path)
        .then()
        .statusCode(400)
        .body("error.message", containsString("key"));
  }

  @Test
  void refusesAQueryThatItCannotAnswer() {
    as("profile-admin").queryParam("$orderby", "id").get(GRAPH).then().statusCode(400);
    as("profile-admin").queryParam("$top", "0").get(GRAPH).then().statusCode(400);
    as("profile-admin").queryParam("$skiptoken", "?").get(GRAPH).then().statusCode(400);
    as("profile-admin").queryParam("$filter", "id ne 1").get(GRAPH).then().statusCode(400);
    as("profile-admin").get("/beta/users").then().statusCode(400);
    as("profile-admin")
        .get("/beta/nothing")
        .then()
        .statusCode(404)
        .body("error.code", is("ResourceNotFound"));
  }

  @Test
  void showsNoSecretInAnyAnswer() {
    admin()
        .body(good())
        .post(GRAPH)
        .then()
        .statusCode(201)
        .header("Location", containsString("userPfxCertificates/"))
        .body("encryptedPfxBlob", is("AA=="))
        .body("encryptedPfxPassword", is(""))
        .body("'@odata.type'", is("#microsoft.graph.userPFXCertificate"))
        .body("keyAlgorithm", nullValue());
  }

  @Test
  void refusesTheSameCertificateTwiceAndForAnotherPurpose() {
    // Given
    Map<String, Object> body = good();
    admin().body(body).post(GRAPH).then().statusCode(201);

    // When
    body.put("intendedPurpose", "Wifi");

    // Then
    admin().body(body).post(GRAPH).then().statusCode(409).body("error.code", is("Conflict"));
  }
}
