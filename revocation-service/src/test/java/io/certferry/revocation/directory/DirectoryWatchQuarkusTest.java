package io.certferry.revocation.directory;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldif.LDIFException;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.event.RequestState;
import io.certferry.contracts.event.RevocationOrdered;
import io.certferry.messaging.EventIds;
import io.certferry.revocation.testing.DirectoryServerResource;
import io.certferry.revocation.testing.ListServerResource;
import io.certferry.revocation.testing.TestCa;
import io.certferry.revocation.testing.Wire;
import io.certferry.testkit.CertferryTestResource;
import io.certferry.testkit.Tokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
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
@QuarkusTestResource(value = DirectoryServerResource.class, restrictToAnnotatedClass = true)
class DirectoryWatchQuarkusTest {

  private static final AtomicInteger USN = new AtomicInteger(10_000);

  @Inject DirectoryWatch watch;
  @Inject Pool pool;

  private Wire wire;
  private LDAPConnection ldap;
  private final List<String> people = new ArrayList<>();

  @BeforeEach
  void open() throws LDAPException, LDIFException {
    wire = new Wire(ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class));
    URI url =
        ConfigProvider.getConfig().getValue("certferry.directory.feeds.default.url", URI.class);
    ldap = new LDAPConnection(url.getHost(), url.getPort(), "cn=admin", "s3cret");
  }

  @AfterEach
  void close() throws LDAPException, LDIFException {
    for (String dn : people) {
      if (ldap.getEntry(dn) != null) {
        ldap.delete(dn);
      }
    }
    ldap.close();
    wire.close();
    pool.query("delete from directory_user").executeAndAwait();
    pool.query("delete from directory_feed").executeAndAwait();
  }

  @Test
  void revokesWhatADisabledUserHas() throws LDAPException, LDIFException {
    // Given
    String user = user();
    NaturalKey key = certificateOf(user);
    read();

    // When
    modify(user, "userAccountControl", "514");
    read();

    // Then
    RevocationOrdered ordered = awaitOrder(key);
    assertThat(ordered.trigger()).isEqualTo("user-disabled");
    assertThat(ordered.reason()).isEqualTo("affiliationChanged");
  }

  @Test
  void revokesACertificateThatIsReportedWhileItsUserIsDisabled()
      throws LDAPException, LDIFException {
    // Given
    String user = user();
    modify(user, "userAccountControl", "514");
    read();

    // When
    NaturalKey key = Wire.key("dev-" + UUID.randomUUID(), user, UUID.randomUUID(), 1);
    wire.progressed(EventIds.next(), key, RequestState.ISSUED, 4, TestCa.certificate("builtin"));

    // Then
    assertThat(awaitOrder(key).trigger()).isEqualTo("user-disabled");
  }

  @Test
  void revokesWhatAVanishedUserHadAfterAFullReading() throws LDAPException, LDIFException {
    // Given
    String user = user();
    user();
    NaturalKey key = certificateOf(user);
    read();

    // When
    ldap.delete(dn(user));
    pool.query("update directory_feed set full_sync_at = null").executeAndAwait();
    read();

    // Then
    assertThat(awaitOrder(key).trigger()).isEqualTo("user-deleted");
  }

  @Test
  void waitsForTheNewCertificateOfARenamedUser() throws LDAPException, LDIFException {
    // Given
    String user = user();
    NaturalKey first = certificateOf(user);
    read();
    modify(user, "mail", "married@contoso.test");
    read();
    NaturalKey second = Wire.key(first.deviceId(), user, first.profileId(), 2);
    assertThat(wire.all(RevocationOrdered.class, o -> o.naturalKey().equals(first))).isEmpty();

    // When
    wire.installed(second, TestCa.certificate("builtin"));

    // Then
    assertThat(awaitOrder(first).trigger()).isEqualTo("user-renamed");
  }

  @Test
  void endsNothingWhenTheDirectorySuddenlyShowsFarFewerUsersUntilAPersonAgrees()
      throws LDAPException, LDIFException {
    // Given
    List<NaturalKey> keys = new ArrayList<>();
    List<String> users = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      users.add(user());
      keys.add(certificateOf(users.get(i)));
    }
    read();
    for (String user : users.subList(0, 3)) {
      ldap.delete(dn(user));
    }
    pool.query("update directory_feed set full_sync_at = null").executeAndAwait();

    // When
    read();

    // Then
    given()
        .auth()
        .oauth2(Tokens.token("operator", "default"))
        .get("/api/v1/revocations/views/directory")
        .then()
        .statusCode(200)
        .body("items[0].problem", equalTo("too-many-missing"))
        .body("items[0].heldBack", equalTo(3));
    wire.poll();
    assertThat(wire.all(RevocationOrdered.class, o -> keys.contains(o.naturalKey()))).isEmpty();

    // When
    given()
        .auth()
        .oauth2(Tokens.token("pki-admin", "default"))
        .post("/api/v1/revocations/directory/accept-missing")
        .then()
        .statusCode(204);
    read();

    // Then
    for (NaturalKey key : keys.subList(0, 3)) {
      assertThat(awaitOrder(key).trigger()).isEqualTo("user-deleted");
    }
  }

  @Test
  void readsOnlyWhatChanged() throws LDAPException, LDIFException {
    // Given
    String user = user();
    read();
    long before = usn();

    // When a change is written with an older number, as another reading would have seen it
    ldap.modify(
        "dn: " + dn(user),
        "changetype: modify",
        "replace: userAccountControl",
        "userAccountControl: 514");
    read();

    // Then
    assertThat(usn()).isEqualTo(before);
    assertThat(stateOf(user)).isEqualTo("active");
    modify(user, "userAccountControl", "514");
    read();
    assertThat(stateOf(user)).isEqualTo("disabled");
  }

  private long usn() {
    return pool.query("select highest_usn from directory_feed")
        .executeAndAwait()
        .iterator()
        .next()
        .getLong(0);
  }

  private String stateOf(String user) {
    return pool.preparedQuery("select state from directory_user where subject = $1")
        .executeAndAwait(io.vertx.mutiny.sqlclient.Tuple.of(user))
        .iterator()
        .next()
        .getString(0);
  }

  private void read() {
    watch.readOnce();
  }

  private RevocationOrdered awaitOrder(NaturalKey key) {
    return wire.await(RevocationOrdered.class, o -> o.naturalKey().equals(key));
  }

  private NaturalKey certificateOf(String user) {
    NaturalKey key = Wire.key("dev-" + UUID.randomUUID(), user, UUID.randomUUID(), 1);
    UUID request = wire.installed(key, TestCa.certificate("builtin"));
    Awaitility.await()
        .until(
            () ->
                pool.preparedQuery("select 1 from certificate where request_id = $1")
                        .executeAndAwait(io.vertx.mutiny.sqlclient.Tuple.of(request))
                        .size()
                    == 1);
    return key;
  }

  private String user() throws LDAPException, LDIFException {
    String id = "u-" + UUID.randomUUID();
    people.add(dn(id));
    ldap.add(
        "dn: " + dn(id),
        "objectClass: user",
        "cn: " + id,
        "employeeID: " + id,
        "entryUUID: " + UUID.randomUUID(),
        "sAMAccountName: " + id,
        "userPrincipalName: " + id + "@contoso.test",
        "mail: " + id + "@contoso.test",
        "userAccountControl: 512",
        "uSNChanged: " + USN.incrementAndGet());
    return id;
  }

  private void modify(String user, String attribute, String value)
      throws LDAPException, LDIFException {
    ldap.modify(
        "dn: " + dn(user),
        "changetype: modify",
        "replace: " + attribute,
        attribute + ": " + value,
        "-",
        "replace: uSNChanged",
        "uSNChanged: " + USN.incrementAndGet());
  }

  private static String dn(String user) {
    return "cn=" + user + ",ou=people,dc=contoso,dc=test";
  }
}
