package io.certferry.revocation.dispatch;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.event.CaCommand.RevokeCertificate;
import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.event.NaturalKey;
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
import java.time.Duration;
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
class StormQuarkusTest {

  private static final int STORM = 100_000;
  private static final Duration URGENT = Duration.ofSeconds(5);

  private static final String QUEUE_MANY =
      """
      insert into revocation (id, tenant, request_id, device_id, subject, profile_id, item, generation, ca_id,
        issuer, issuer_key, serial, not_after, trigger, reason, priority, action, remove_from_device,
        channel, state, event_at, ordered_at, ordered_by, correlation_id, command_id, next_attempt_at)
      select gen_random_uuid(), 'default', gen_random_uuid(), 'storm-' || n, 'u1', gen_random_uuid(), '-', 1,
        'builtin', 'CN=Storm CA', 'cn=storm ca', '7' || lpad(to_hex(n), 15, '0'), now() + interval '1 year',
        'retired', 'cessationOfOperation', 1, 'revoke', true, 'connector', 'ordered', now(), now(),
        'test', 'storm', gen_random_uuid(), now()
      from generate_series(1, $1) as n
      """;

  @Inject Pool pool;

  private Wire wire;

  @BeforeEach
  void open() {
    wire =
        new Wire(
            ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class),
            "builtin");
  }

  @AfterEach
  void close() {
    pool.query("delete from revocation where correlation_id = 'storm'").executeAndAwait();
    wire.close();
  }

  @Test
  void letsACompromisePassAHundredThousandOthersAndHoldsThemAtTheCasPace() {
    // Given
    CertificateFacts certificate = TestCa.certificate("builtin");
    NaturalKey key = Wire.key("dev-" + UUID.randomUUID(), 1);
    UUID request = wire.installed(key, certificate);
    Awaitility.await()
        .until(
            () ->
                pool.preparedQuery("select 1 from certificate where request_id = $1")
                        .executeAndAwait(io.vertx.mutiny.sqlclient.Tuple.of(request))
                        .size()
                    == 1);
    pool.preparedQuery(QUEUE_MANY).executeAndAwait(io.vertx.mutiny.sqlclient.Tuple.of(STORM));
    pool.query("analyze revocation").executeAndAwait();
    wire.await(RevokeCertificate.class, c -> c.issuer().equals("CN=Storm CA"));

    // When
    long ordered = System.nanoTime();
    given()
        .auth()
        .oauth2(Tokens.token("pki-admin", "default"))
        .contentType("application/json")
        .body("{\"requestId\":\"%s\",\"trigger\":\"key-compromise\"}".formatted(request))
        .post("/api/v1/revocations")
        .then()
        .statusCode(202);
    wire.await(RevokeCertificate.class, c -> c.requestId().equals(request));
    Duration taken = Duration.ofNanos(System.nanoTime() - ordered);

    // Then
    assertThat(taken).isLessThan(URGENT);
    assertThat(wire.all(RevokeCertificate.class, c -> c.issuer().equals("CN=Storm CA")))
        .as("no more than the window is with the CA")
        .hasSizeLessThanOrEqualTo(40);
  }
}
