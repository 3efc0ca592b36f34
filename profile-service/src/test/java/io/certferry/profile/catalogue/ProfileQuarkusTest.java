package io.certferry.profile.catalogue;

import static io.certferry.profile.Client.OTHER_TENANT;
import static io.certferry.profile.Client.TENANT;
import static io.certferry.profile.Client.as;
import static io.certferry.profile.Client.create;
import static io.certferry.profile.Client.rootProfile;
import static io.certferry.profile.Client.unique;
import static io.certferry.profile.Client.userProfile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import io.certferry.contracts.ContractJson;
import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.ProfileChanged;
import io.certferry.profile.Client;
import io.certferry.profile.ServiceTest;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ProfileQuarkusTest extends ServiceTest {

  private static final String PROFILES = "/api/v1/profiles";

  @Inject Pool pool;
  @Inject ProfileRepublisher republisher;

  @Test
  void createsAProfileAndTellsTheOthers() {
    // When
    String id =
        as("profile-admin", TENANT)
            .body(userProfile().toString())
            .post(PROFILES)
            .then()
            .statusCode(201)
            .body("version", equalTo(1))
            .body("subject", equalTo("CN={{UserName}}"))
            .header("Location", notNullValue())
            .extract()
            .path("id");

    // Then
    as("profile-admin", TENANT)
        .get(PROFILES + "/" + id)
        .then()
        .statusCode(200)
        .header("ETag", equalTo("\"1\""))
        .body("keySpec.algorithm", equalTo("EC"));
    assertThat(changes(id, 1))
        .singleElement()
        .satisfies(
            change -> {
              assertThat(change.kind()).isEqualTo("pkcs");
              assertThat(change.state()).isEqualTo("active");
              assertThat(change.settings().path("certificateTemplate").asText()).isEqualTo("User");
            });
    assertThat(audited("profile/" + id)).containsExactly("profile.created");
  }

  @Test
  void namesEveryBrokenRuleAtOnce() {
    as("profile-admin", TENANT)
        .body(
            userProfile()
                .put("certificationAuthority", "nowhere")
                .put("subject", "alice")
                .put("renewalThresholdPercent", 0)
                .toString())
        .post(PROFILES)
        .then()
        .statusCode(422)
        .contentType("application/problem+json")
        .body("errors.rule", hasItems("unknown-ca", "not-a-distinguished-name", "range"));
    as("profile-admin", TENANT)
        .body(userProfile().put("certificateTemplate", "Nothing").toString())
        .post(PROFILES)
        .then()
        .statusCode(422)
        .body("errors.rule", contains("unknown-template"));
    as("profile-admin", TENANT)
        .body(rootProfile().put("certificate", "AAAA").toString())
        .post(PROFILES)
        .then()
        .statusCode(422)
        .body("errors.rule", contains("not-a-certificate"));
  }

  @Test
  void knowsNoCaOfATenantWhoseConnectorsNeverReported() {
    as("profile-admin", OTHER_TENANT)
        .body(userProfile().put("certificationAuthority", "never-reported").toString())
        .post(PROFILES)
        .then()
        .statusCode(422)
        .body("errors.rule", contains("unknown-ca"));
  }

  @Test
  void answersARepeatedCreateAsBefore() {
    // Given
    String key = unique("key");
    String body = userProfile().toString();

    // When
    String first = createWith(key, body).then().statusCode(201).extract().asString();
    String second = createWith(key, body).then().statusCode(201).extract().asString();

    // Then
    assertThat(second).isEqualTo(first);
    createWith(key, userProfile().put("displayName", "Another").toString())
        .then()
        .statusCode(422)
        .body("errors.rule", contains("idempotency-key-reused"));
  }

  @Test
  void replacesAProfileOnlyFromItsPresentVersion() {
    // Given
    UUID id = create(TENANT, userProfile());
    String edited = userProfile().put("displayName", "Edited").toString();

    // Then
    as("profile-admin", TENANT)
        .header("If-Match", "\"1\"")
        .body(edited)
        .put(PROFILES + "/" + id)
        .then()
        .statusCode(200)
        .header("ETag", "\"2\"")
        .body("version", equalTo(2))
        .body("displayName", equalTo("Edited"));
    as("profile-admin", TENANT)
        .header("If-Match", "\"1\"")
        .body(edited)
        .put(PROFILES + "/" + id)
        .then()
        .statusCode(412);
    as("profile-admin", TENANT)
        .body(userProfile().put("version", 1).toString())
        .put(PROFILES + "/" + id)
        .then()
        .statusCode(409);
    as("profile-admin", TENANT)
        .body(rootProfile().toString())
        .put(PROFILES + "/" + id)
        .then()
        .statusCode(422)
        .body("errors.rule", contains("immutable"));
    as("auditor", TENANT)
        .get(PROFILES + "/" + id + "/versions")
        .then()
        .statusCode(200)
        .body("items.version", contains(2, 1))
        .body("items[1].displayName", equalTo("Wi-Fi user"));
    as("auditor", TENANT)
        .get(PROFILES + "/" + id + "/versions/1")
        .then()
        .statusCode(200)
        .body("displayName", equalTo("Wi-Fi user"));
    as("auditor", TENANT).get(PROFILES + "/" + id + "/versions/3").then().statusCode(404);
    assertThat(changes(id.toString(), 2)).extracting(ProfileChanged::version).contains(1, 2);
  }

  @Test
  void deletesAProfileButNotItsHistory() {
    // Given
    UUID id = create(TENANT, userProfile());

    // When
    as("profile-admin", TENANT).delete(PROFILES + "/" + id).then().statusCode(204);

    // Then
    as("profile-admin", TENANT).get(PROFILES + "/" + id).then().statusCode(404);
    as("profile-admin", TENANT).delete(PROFILES + "/" + id).then().statusCode(404);
    as("auditor", TENANT)
        .get(PROFILES + "/" + id + "/versions")
        .then()
        .statusCode(200)
        .body("items.state", contains("deleted", "active"));
    assertThat(changes(id.toString(), 2)).extracting(ProfileChanged::state).contains("deleted");
  }

  @Test
  void hidesAnotherTenantsProfile() {
    // Given
    UUID id = create(TENANT, rootProfile());
    String assignments = "{\"include\":[],\"exclude\":[]}";

    // Then
    String path = PROFILES + "/" + id;
    as("profile-admin", OTHER_TENANT).get(path).then().statusCode(404);
    as("profile-admin", OTHER_TENANT).get(path + "/versions").then().statusCode(404);
    as("profile-admin", OTHER_TENANT).get(path + "/versions/1").then().statusCode(404);
    as("profile-admin", OTHER_TENANT).get(path + "/assignments").then().statusCode(404);
    as("profile-admin", OTHER_TENANT).get(path + "/status").then().statusCode(404);
    as("profile-admin", OTHER_TENANT).get(path + "/preview").then().statusCode(404);
    as("profile-admin", OTHER_TENANT)
        .body(assignments)
        .put(path + "/assignments")
        .then()
        .statusCode(404);
    as("profile-admin", OTHER_TENANT)
        .body(rootProfile().toString())
        .put(path)
        .then()
        .statusCode(404);
    as("profile-admin", OTHER_TENANT).delete(path).then().statusCode(404);
    as("profile-admin", OTHER_TENANT)
        .queryParam("limit", 200)
        .get(PROFILES)
        .then()
        .body("items.id", not(hasItem(id.toString())));
  }

  @Test
  void pagesThroughAllProfiles() {
    // Given
    List<String> created = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      created.add(create(TENANT, rootProfile()).toString());
    }

    // When
    List<String> seen = new ArrayList<>();
    String cursor = "";
    do {
      var page =
          as("auditor", TENANT)
              .queryParam("limit", 2)
              .queryParam("cursor", cursor)
              .get(PROFILES)
              .then()
              .statusCode(200)
              .extract();
      seen.addAll(page.<List<String>>path("items.id"));
      cursor = page.path("next");
    } while (cursor != null);

    // Then
    assertThat(seen).containsAll(created).doesNotHaveDuplicates();
  }

  @Test
  void keepsOthersOut() {
    as("mdm", TENANT).body(userProfile().toString()).post(PROFILES).then().statusCode(403);
    as("auditor", TENANT).body(userProfile().toString()).post(PROFILES).then().statusCode(403);
    as("mdm", TENANT).get(PROFILES).then().statusCode(403);
    as("profile-admin", TENANT).body("{nonsense").post(PROFILES).then().statusCode(400);
    as("profile-admin", TENANT).get(PROFILES + "/not-a-uuid").then().statusCode(404);
  }

  @Test
  void showsAssignmentsAsTheyWereSet() {
    UUID id = create(TENANT, rootProfile());
    as("profile-admin", TENANT)
        .body("{\"include\":[{\"all\":\"users\"}],\"exclude\":[{\"group\":\"interns\"}]}")
        .put(PROFILES + "/" + id + "/assignments")
        .then()
        .statusCode(200)
        .body("exclude[0].group", equalTo("interns"));
    as("profile-admin", TENANT)
        .get(PROFILES + "/" + id + "/assignments")
        .then()
        .statusCode(200)
        .body("include[0].all", equalTo("users"));
    as("profile-admin", TENANT)
        .body("{\"include\":[{\"everybody\":true}]}")
        .put(PROFILES + "/" + id + "/assignments")
        .then()
        .statusCode(422)
        .body("errors.field", hasItems("/include/0/everybody", "/include/0"));
    // back to nobody, so that other tests' devices are left alone
    as("profile-admin", TENANT)
        .body("{\"include\":[],\"exclude\":[]}")
        .put(PROFILES + "/" + id + "/assignments")
        .then()
        .statusCode(200);
  }

  @Test
  void publishesEveryProfileAgain() {
    // Given
    UUID id = create(TENANT, rootProfile());
    changes(id.toString(), 1);

    // When
    republisher.republish();

    // Then
    assertThat(changes(id.toString(), 2)).extracting(ProfileChanged::version).contains(1);
  }

  @Test
  void previewsASampleWithoutWritingAnything() {
    // Given
    UUID id = create(TENANT, userProfile());
    String sample =
        """
        {"deviceId":"sample","platform":"ios","user":{"id":"u9","userName":"bob","userPrincipalName":"bob@contoso.test"}}
        """;

    // Then
    as("profile-admin", TENANT)
        .body(sample)
        .post(PROFILES + "/" + id + "/preview")
        .then()
        .statusCode(200)
        .body("items[0].state", equalTo("error"))
        .body("items[0].errors[0].field", endsWith("/1/value"));
    as("profile-admin", TENANT)
        .body(sample.replace("\"userName\"", "\"emailAddress\":\"bob@contoso.test\",\"userName\""))
        .post(PROFILES + "/" + id + "/preview")
        .then()
        .statusCode(200)
        .body("items[0].state", equalTo("ready"))
        .body("items[0].subject", equalTo("CN=bob"))
        .body("items[0].subjectAlternativeNames[0].value", equalTo("bob@contoso.test"));
    as("operator", TENANT).get("/api/v1/devices/sample").then().statusCode(404);
  }

  @Test
  void previewsTheAssignedDevices() {
    // Given
    Client.checkIn(TENANT, Client.checkIn(device, group)).then().statusCode(202);
    UUID id = create(TENANT, userProfile().put("subject", "CN={{UserName}},OU={{DeviceName}}"));
    Client.assign(TENANT, id, "group", group);

    // Then
    as("profile-admin", TENANT)
        .get(PROFILES + "/" + id + "/preview")
        .then()
        .statusCode(200)
        .body("items.deviceId", contains(device.deviceId()))
        .body("items[0].state", equalTo("error"))
        .body("items[0].errors[0].message", equalTo("{{DeviceName}} has no value"));
  }

  private static io.restassured.response.Response createWith(String key, String body) {
    return as("profile-admin", TENANT).header("Idempotency-Key", key).body(body).post(PROFILES);
  }

  private List<ProfileChanged> changes(String id, int count) {
    return wire.await(Topics.PROFILES, count, r -> Keys.of(TENANT, id).equals(r.key())).stream()
        .map(r -> ContractJson.read(r.value(), ProfileChanged.class))
        .toList();
  }

  private List<String> audited(String subject) {
    List<String> actions = new ArrayList<>();
    pool.preparedQuery("select action from audit where subject = $1 order by occurred_at")
        .execute(Tuple.of(subject))
        .await()
        .indefinitely()
        .forEach(row -> actions.add(row.getString(0)));
    return actions;
  }
}
