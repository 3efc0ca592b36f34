package io.certferry.profile;

import static io.restassured.RestAssured.given;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.certferry.contracts.Bytes;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.ConnectorReported;
import io.certferry.testkit.Device;
import io.certferry.testkit.Tokens;
import io.certferry.testkit.certificate.KeyPairs;
import io.certferry.testkit.certificate.TestAuthority;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** The calls of an administrator and of an MDM. */
public final class Client {

  public static final String TENANT = "default";
  public static final String OTHER_TENANT = "other";
  public static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
  public static final String EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4";

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private Client() {}

  /** A call with a role's token. */
  public static RequestSpecification as(String role, String tenant) {
    return given()
        .auth()
        .oauth2(Tokens.token(role, tenant))
        .contentType(ContentType.JSON)
        .accept(ContentType.JSON);
  }

  /** A name that no other test uses. */
  public static String unique(String prefix) {
    return prefix + "-" + Long.toHexString(System.nanoTime()) + "-" + NUMBERS.incrementAndGet();
  }

  /** Lets a connector report CA "builtin" to a tenant, and waits until profiles may name it. */
  public static void reportCa(Wire wire, String tenant) {
    wire.send(Topics.CONNECTORS, tenant, Keys.of(tenant, "connector-1"), connectorReport());
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                as("profile-admin", tenant)
                    .body("{\"kind\":\"pkcs\",\"certificationAuthority\":\"builtin\"}")
                    .post("/api/v1/profiles")
                    .then()
                    .body(
                        "errors.findAll { it.rule == 'unknown-ca' }",
                        org.hamcrest.Matchers.empty()));
  }

  private static ConnectorReported connectorReport() {
    Instant now = Instant.now();
    TestAuthority ca =
        TestAuthority.create(
            "Test CA",
            KeyPairs.ec(),
            now.minus(Duration.ofDays(1)),
            now.plus(Duration.ofDays(3650)));
    List<String> ekus = List.of(CLIENT_AUTH, EMAIL_PROTECTION);
    long twoYears = Duration.ofDays(730).toSeconds();
    return new ConnectorReported(
        "connector-1",
        "active",
        "test",
        List.of("issue", "revoke"),
        List.of(
            new ConnectorReported.Ca(
                "builtin",
                "builtin",
                true,
                true,
                true,
                List.of(Bytes.of(der(ca))),
                List.of(
                    new ConnectorReported.Template(
                        "User",
                        "Certferry user",
                        twoYears,
                        2048,
                        List.of("RSA", "EC"),
                        ekus,
                        false),
                    new ConnectorReported.Template(
                        "Strong", "RSA 3072 only", twoYears, 3072, List.of("RSA"), ekus, false),
                    new ConnectorReported.Template(
                        "Device",
                        "Certferry device",
                        twoYears,
                        2048,
                        List.of("RSA", "EC"),
                        ekus,
                        false)),
                null)),
        now);
  }

  public static byte[] der(TestAuthority authority) {
    try {
      return authority.certificate().getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The pkcs profile of DESIGN 6a. */
  public static ObjectNode userProfile() {
    return json(
        """
        {"kind":"pkcs","displayName":"Wi-Fi user","platforms":["ios","macos","windows","android"],
         "certificateType":"user","certificationAuthority":"builtin","certificateTemplate":"User",
         "keySpec":{"algorithm":"EC","size":256},"subject":"CN={{UserName}}",
         "subjectAlternativeNames":[{"type":"upn","value":"{{UserPrincipalName}}"},
                                    {"type":"email","value":"{{EmailAddress}}"}],
         "extendedKeyUsages":["clientAuth","emailProtection"],"validity":{"value":1,"unit":"years"},
         "renewalThresholdPercent":20}
        """);
  }

  /** A profile for the certificate of a device. */
  public static ObjectNode deviceProfile() {
    ObjectNode profile = userProfile();
    profile.put("certificateType", "device");
    profile.put("certificateTemplate", "Device");
    profile.put("subject", "CN={{DeviceId}},OU={{SerialNumber}}");
    profile.remove("subjectAlternativeNames");
    return profile;
  }

  /** A trusted-root profile with a fresh CA's certificate. */
  public static ObjectNode rootProfile() {
    Instant now = Instant.now();
    TestAuthority root =
        TestAuthority.create(
            "Contoso root",
            KeyPairs.ec(),
            now.minus(Duration.ofDays(1)),
            now.plus(Duration.ofDays(365)));
    return json("{\"kind\":\"trusted-root\",\"displayName\":\"Contoso root\",\"platforms\":[\"ios\"]}")
        .put("certificate", Base64.getEncoder().encodeToString(der(root)));
  }

  public static ObjectNode json(String text) {
    try {
      return (ObjectNode) ContractJson.mapper().readTree(text);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Creates a profile; returns its id. */
  public static UUID create(String tenant, ObjectNode profile) {
    return UUID.fromString(
        as("profile-admin", tenant)
            .body(profile.toString())
            .post("/api/v1/profiles")
            .then()
            .statusCode(201)
            .extract()
            .path("id"));
  }

  /** Replaces a profile's assignments by one included line. */
  public static void assign(String tenant, UUID profile, String type, String value) {
    as("profile-admin", tenant)
        .body("{\"include\":[{\"%s\":\"%s\"}],\"exclude\":[]}".formatted(type, value))
        .put("/api/v1/profiles/" + profile + "/assignments")
        .then()
        .statusCode(200);
  }

  /** What a device of alice reports. */
  public static ObjectNode checkIn(Device device, String group) {
    ObjectNode body =
        json(
            """
            {"platform":"ios","osVersion":"18.1",
             "user":{"id":"u1","userName":"alice","userPrincipalName":"alice@contoso.test",
                     "emailAddress":"alice@contoso.test","onPremisesSecurityIdentifier":"S-1-5-21-1-2-3-1001"},
             "attributes":{"SerialNumber":"C02XYZ"}}
            """);
    body.put("deviceId", device.deviceId());
    body.put("deviceCertificate", device.certificateBase64());
    body.putArray("groups").add(group);
    return body;
  }

  /** Sends a check-in. */
  public static Response checkIn(String tenant, ObjectNode body) {
    return as("mdm", tenant).body(body.toString()).post("/api/v1/checkins");
  }
}
