package io.certferry.profile.renewal;

import static io.certferry.profile.Client.TENANT;
import static io.certferry.profile.Client.as;
import static io.certferry.profile.Client.assign;
import static io.certferry.profile.Client.checkIn;
import static io.certferry.profile.Client.create;
import static io.certferry.profile.Client.userProfile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.event.RequestCertificate;
import io.certferry.contracts.event.RequestProgressed;
import io.certferry.contracts.event.RequestState;
import io.certferry.profile.Client;
import io.certferry.profile.ServiceTest;
import io.certferry.testkit.Device;
import io.certferry.testkit.Devices;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The timer on real PostgreSQL: time is moved by moving what the database says of it. */
@QuarkusTest
class RenewalQuarkusTest extends ServiceTest {

  private static final Duration LIFETIME = Duration.ofDays(100);

  @Inject Pool pool;
  @Inject RenewalTimer timer;
  @Inject RenewalStore store;

  private UUID profile;

  @BeforeEach
  void targetEverybody() {
    profile = create(TENANT, userProfile());
    assign(TENANT, profile, "group", group);
  }

  @Test
  void assignsAnInstantInsideTheWindowWhenTheCertificateIsKnown() {
    // Given
    RequestCertificate request = enrolled(device);
    Instant notBefore = Instant.now();

    // When
    installed(request, notBefore);

    // Then
    String renewAt =
        as("auditor", TENANT)
            .get("/api/v1/certificates/" + request.requestId() + "/timeline")
            .then()
            .body("certificate.renewAt", notNullValue())
            .extract()
            .path("certificate.renewAt");
    assertThat(Instant.parse(renewAt))
        .isBetween(notBefore.plus(Duration.ofDays(79)), notBefore.plus(Duration.ofDays(91)));
  }

  @Test
  void renewsWithoutACheckInAndOnlyOnce() {
    // Given
    List<RequestCertificate> requests = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      Device one = Devices.ofTenant(TENANT).ec(Client.unique("renew"));
      requests.add(enrolled(one));
    }
    Instant notBefore = Instant.now().minus(Duration.ofDays(92));
    requests.forEach(request -> report(request, notBefore));
    requests.forEach(this::awaitInstalled);

    // When
    CompletableFuture<Void> other = CompletableFuture.runAsync(this::runDry);
    runDry();
    other.join();
    runDry();

    // Then
    for (RequestCertificate request : requests) {
      assertThat(generations(request.naturalKey().deviceId())).containsExactly("1 false", "2 true");
    }
    assertThat(overdue(requests)).isZero();
  }

  @Test
  void renewsWhatHasExpiredToo() {
    // Given
    RequestCertificate request = enrolled(device);
    installed(request, Instant.now().minus(Duration.ofDays(120)));

    // When
    runDry();

    // Then
    assertThat(generations(device.deviceId())).containsExactly("1 false", "2 true");
  }

  @Test
  void leavesWhatIsNotDueAlone() {
    // Given
    RequestCertificate request = enrolled(device);
    installed(request, Instant.now().minus(Duration.ofDays(70)));

    // When
    runDry();

    // Then
    assertThat(generations(device.deviceId())).containsExactly("1 false");
  }

  @Test
  void waitsForTheCheckInOfADormantDevice() {
    // Given
    RequestCertificate request = enrolled(device);
    sql(
        "update device set last_seen_at = now() - interval '31 days' where device_id = $1",
        device.deviceId());
    installed(request, Instant.now().minus(Duration.ofDays(92)));

    // When
    runDry();

    // Then
    assertThat(generations(device.deviceId())).containsExactly("1 false");
    assertThat(store.count(pool, Instant.now()).await().indefinitely().dormant()).isPositive();
    checkIn(TENANT, checkIn(device, group)).then().statusCode(202);
    assertThat(generations(device.deviceId())).containsExactly("1 false", "2 true");
  }

  @Test
  void countsWhatIsOverdueWithoutAnAttempt() {
    // Given
    RequestCertificate request = enrolled(device);
    installed(request, Instant.now().minus(Duration.ofDays(92)));
    long before = store.count(pool, Instant.now()).await().indefinitely().overdue();
    sql("delete from device_report where device_id = $1", device.deviceId());

    // When
    runDry();

    // Then
    assertThat(before).isPositive();
    assertThat(store.count(pool, Instant.now()).await().indefinitely().overdue()).isPositive();
    sql("update enrolment set ended_at = now() where device_id = $1", device.deviceId());
  }

  @Test
  void renewsNothingForAProfileThatIsGone() {
    // Given
    RequestCertificate request = enrolled(device);
    installed(request, Instant.now().minus(Duration.ofDays(92)));
    as("profile-admin", TENANT).delete("/api/v1/profiles/" + profile).then().statusCode(204);

    // When
    runDry();

    // Then
    assertThat(generations(device.deviceId())).containsExactly("1 false");
    as("auditor", TENANT)
        .get("/api/v1/certificates/" + request.requestId() + "/timeline")
        .then()
        .body("certificate.endedReason", equalTo("profile-deleted"));
  }

  private void runDry() {
    int looked = timer.step();
    while (looked > 0) {
      looked = timer.step();
    }
  }

  private RequestCertificate enrolled(Device one) {
    checkIn(TENANT, checkIn(one, group)).then().statusCode(202);
    return command(commands(one.deviceId(), 1).get(0));
  }

  private void installed(RequestCertificate request, Instant notBefore) {
    report(request, notBefore);
    awaitInstalled(request);
  }

  private void report(RequestCertificate request, Instant notBefore) {
    wire.send(
        Topics.CERTIFICATES,
        TENANT,
        Keys.device(TENANT, request.naturalKey().deviceId()),
        new RequestProgressed(
            request.requestId(),
            request.naturalKey(),
            RequestState.INSTALLED,
            7,
            null,
            null,
            new CertificateFacts(
                "builtin",
                "CN=Test CA",
                Long.toHexString(request.requestId().getLeastSignificantBits() >>> 1),
                "CN=alice",
                notBefore,
                notBefore.plus(LIFETIME),
                "cd".repeat(32),
                "ef".repeat(32)),
            Instant.now()));
  }

  private void awaitInstalled(RequestCertificate request) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(50))
        .until(
            () ->
                pool.preparedQuery(
                            "select 1 from enrolment where request_id = $1 and state = 'INSTALLED'")
                        .execute(Tuple.of(request.requestId()))
                        .await()
                        .indefinitely()
                        .rowCount()
                    == 1);
  }

  private List<String> generations(String deviceId) {
    List<String> generations = new ArrayList<>();
    pool.preparedQuery(
            "select generation, renewal from enrolment where device_id = $1 order by generation")
        .execute(Tuple.of(deviceId))
        .await()
        .indefinitely()
        .forEach(
            row ->
                generations.add(
                    "%d %s"
                        .formatted(row.getInteger(0), row.getBoolean(1))
                        .toLowerCase(Locale.ROOT)));
    return generations;
  }

  /** Of these, those that are past their instant with nothing under way. */
  private long overdue(List<RequestCertificate> requests) {
    return pool.preparedQuery(
            "select count(*) from enrolment where request_id = any($1) and newest")
        .execute(
            Tuple.of(
                (Object) requests.stream().map(RequestCertificate::requestId).toArray(UUID[]::new)))
        .await()
        .indefinitely()
        .iterator()
        .next()
        .getLong(0);
  }

  private void sql(String statement, String deviceId) {
    pool.preparedQuery(statement).execute(Tuple.of(deviceId)).await().indefinitely();
  }
}
