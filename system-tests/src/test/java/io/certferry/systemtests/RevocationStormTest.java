package io.certferry.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.certferry.local.ServiceKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A hundred thousand revocations wait for the built-in CA: issuance hardly notices, and a key
 * compromise passes all of them. The certificates of the storm exist in the CA's ledger alone, so
 * that it revokes and lists each of them.
 */
@Tag("load")
class RevocationStormTest {

  private static final int STORM = 100_000;
  private static final int WARM_UP = 60;
  private static final int MEASURED = 200;
  private static final int UNDER_WAY = 100;
  private static final double BAR = 1.2;
  private static final Duration URGENT = Duration.ofSeconds(5);
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private static final String AT_THE_CA =
      """
      insert into builtin_ca.request (ca_id, template, csr, spki_sha256, validity_seconds, status, serial,
        not_before, not_after, plan_sha256, public_url, certificate)
      select 'builtin', 'User', ''::bytea, 'storm-' || n, 31536000, 'ISSUED', '7' || lpad(to_hex(n), 31, '0'),
        now(), now() + interval '1 year', 'storm', 'http://127.0.0.1', ''::bytea
      from generate_series(1, %d) as n
      """;

  private static final String ORDERED =
      """
      insert into revocation (id, tenant, request_id, device_id, subject, profile_id, item, generation, ca_id,
        issuer, issuer_key, serial, not_after, trigger, reason, priority, action, remove_from_device,
        channel, state, event_at, ordered_at, ordered_by, correlation_id, command_id, next_attempt_at)
      select gen_random_uuid(), 'default', gen_random_uuid(), 'storm-' || n, 'u1', gen_random_uuid(), '-', 1,
        'builtin', c.issuer, c.issuer_key, '7' || lpad(to_hex(n), 31, '0'), now() + interval '1 year',
        'retired', 'cessationOfOperation', 1, 'revoke', true, 'connector', 'ordered', now(), now(),
        'storm', 'storm', gen_random_uuid(), now()
      from generate_series(1, %d) as n, (select issuer, issuer_key from certificate
        where ca_id = 'builtin' limit 1) as c
      """;

  private final Stack stack = Stack.shared();

  @Test
  void slowsIssuanceByAFifthAtMostAndLetsACompromisePass() {
    // Given
    latencies("warm-up", WARM_UP);
    Percentiles before = Percentiles.of(latencies("before", MEASURED));
    stack.awaitQuiet();
    String victim =
        stack
            .databases
            .column(
                ServiceKind.REVOCATION,
                "select request_id || ' ' || serial from certificate where ca_id = 'builtin' limit 1")
            .get(0);

    // When
    stack.databases.execute(ServiceKind.GATEWAY, AT_THE_CA.formatted(STORM));
    stack.databases.execute(ServiceKind.REVOCATION, ORDERED.formatted(STORM));
    stack.databases.execute(ServiceKind.REVOCATION, "analyze revocation");
    Awaitility.await("the storm to reach the CA")
        .atMost(LIMIT)
        .until(() -> revokedByTheStorm() > UNDER_WAY);
    Percentiles during = Percentiles.of(latencies("during", MEASURED));
    long revoked = revokedByTheStorm();
    Duration urgent = compromise(victim);
    assertThat(waiting()).as("the storm is still there").isGreaterThan(STORM / 2);
    calm();
    Percentiles after = Percentiles.of(latencies("after", MEASURED));

    // Then
    System.out.printf(
        Locale.ROOT,
        "check-in to package, %d each: %s before, %s while %d revocations wait (%d done meanwhile),"
            + " %s after; a key compromise was at the CA after %d ms%n",
        MEASURED,
        summary(before),
        summary(during),
        STORM,
        revoked,
        summary(after),
        urgent.toMillis());
    assertThat(urgent).isLessThan(URGENT);
    assertThat(during.at(0.95)).isLessThan(BAR * Math.max(before.at(0.95), after.at(0.95)));
  }

  private void calm() {
    stack.databases.execute(
        ServiceKind.REVOCATION, "delete from revocation where correlation_id = 'storm'");
    stack.databases.execute(
        ServiceKind.GATEWAY,
        "delete from builtin_ca.request where plan_sha256 = 'storm' and status = 'ISSUED'");
    stack.databases.execute(ServiceKind.REVOCATION, "vacuum revocation");
    stack.databases.execute(ServiceKind.GATEWAY, "vacuum builtin_ca.request");
  }

  /** Seconds from a check-in to the package, one device after the other. */
  private List<Double> latencies(String name, int count) {
    List<Double> seconds = new ArrayList<>();
    for (ManagedDevice device : stack.fleet.devices(name + "-" + UUID.randomUUID(), count)) {
      long began = System.nanoTime();
      stack.mdm.checkIn(device);
      Awaitility.await(device.id())
          .atMost(LIMIT)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> !stack.mdm.offers(device).isEmpty());
      seconds.add((System.nanoTime() - began) / 1e9);
    }
    return seconds;
  }

  /** From the order until the CA has revoked it. */
  private Duration compromise(String requestAndSerial) {
    String[] victim = requestAndSerial.split(" ");
    long began = System.nanoTime();
    stack.api.call(
        "pki-admin",
        "POST",
        stack.local.url(ServiceKind.REVOCATION).resolve("/api/v1/revocations"),
        JsonNodeFactory.instance
            .objectNode()
            .put("requestId", victim[0])
            .put("trigger", "key-compromise"),
        202);
    Awaitility.await("the CA to revoke it")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                stack.databases.count(
                        ServiceKind.GATEWAY,
                        "select count(*) from builtin_ca.request"
                            + " where ltrim(serial, '0') = ltrim(?, '0') and status = 'REVOKED'",
                        victim[1])
                    == 1);
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private long revokedByTheStorm() {
    return stack.databases.count(
        ServiceKind.GATEWAY,
        "select count(*) from builtin_ca.request where plan_sha256 = 'storm' and status = 'REVOKED'");
  }

  private long waiting() {
    return stack.databases.count(
        ServiceKind.REVOCATION,
        "select count(*) from revocation where correlation_id = 'storm' and state = 'ordered'");
  }

  private static String summary(Percentiles seconds) {
    return String.format(
        Locale.ROOT, "p50 %.0f ms, p95 %.0f ms", seconds.at(0.5) * 1e3, seconds.at(0.95) * 1e3);
  }
}
