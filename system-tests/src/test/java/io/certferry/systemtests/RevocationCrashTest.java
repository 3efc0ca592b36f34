package io.certferry.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.certferry.local.Api;
import io.certferry.local.ServiceInstance;
import io.certferry.local.ServiceKind;
import io.certferry.messaging.crash.CrashPoint;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A device leaves while its certificate is being issued, and a service dies at one of its crash
 * points on the way: whatever comes back, no certificate is left alive and no package on offer.
 */
@Tag("faults")
class RevocationCrashTest {

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration GRACE = Duration.ofSeconds(15);
  private static final int DEVICES = 3;

  private final Stack stack = Stack.shared();
  private final Api api = new Api(role -> stack.local.token(role, "default"));

  static Stream<CrashPoint> points() {
    return Arrays.stream(CrashPoint.values())
        .filter(
            point ->
                point.name().startsWith("ISSUANCE_KEY")
                    || point.name().startsWith("ISSUANCE_PACKAGE")
                    || point.name().startsWith("ISSUANCE_DESTROY")
                    || point.name().startsWith("REVOCATION_")
                    || point.name().startsWith("GATEWAY_CLAIM")
                    || point.name().startsWith("GATEWAY_ATTEMPT")
                    || point.name().startsWith("GATEWAY_AFTER_CA")
                    || point.name().startsWith("GATEWAY_OUTCOME")
                    || point.name().startsWith("BUILTIN_"));
  }

  @BeforeEach
  void oneInstanceOfEach() {
    stack.keepOne(ServiceKind.ISSUANCE);
    stack.keepOne(ServiceKind.GATEWAY);
  }

  @AfterEach
  void everythingRunsAgain() {
    stack.restoreAll();
  }

  @ParameterizedTest
  @MethodSource("points")
  void leavesNothingAliveWhenADeviceLeavesDuringItsIssuance(CrashPoint point) {
    // Given
    String prefix = "gone-" + point.name().toLowerCase(Locale.ROOT).replace('_', '-');
    ServiceKind kind =
        point.name().startsWith("ISSUANCE_") || point.name().startsWith("REVOCATION_")
            ? ServiceKind.ISSUANCE
            : ServiceKind.GATEWAY;
    ServiceInstance service = stack.local.service(kind, 1);
    service.stop(GRACE);
    service.launch("-Dcertferry.crash-at=" + point);

    // When
    stack
        .fleet
        .devices(prefix, DEVICES)
        .forEach(
            device -> {
              stack.mdm.checkIn(device);
              leave(device);
            });
    service.endsWithin(LIMIT);
    stack.restoreAll();

    // Then
    Awaitility.await("all of " + prefix + " to be over")
        .atMost(LIMIT)
        .pollInterval(500, TimeUnit.MILLISECONDS)
        .untilAsserted(
            () -> {
              assertThat(open(prefix)).isZero();
              assertThat(stack.invariants.liveCertificates(prefix)).isZero();
              assertThat(stack.invariants.deliveredPackages(prefix)).isZero();
            });
  }

  private void leave(ManagedDevice device) {
    api.call(
        "mdm",
        "POST",
        stack.local.url(ServiceKind.PROFILE).resolve("/api/v1/lifecycle-events"),
        JsonNodeFactory.instance
            .objectNode()
            .put("deviceId", device.id())
            .put("event", "unenrolled"),
        202);
  }

  /** Requests that may still become certificates, and revocations that are not done. */
  private long open(String prefix) {
    return stack.databases.count(
            ServiceKind.ISSUANCE,
            "select count(*) from request where device_id like ? and state not in"
                + " ('REVOKED', 'CANCELLED', 'DENIED', 'FAILED')",
            prefix + "-%")
        + stack.databases.count(
            ServiceKind.REVOCATION,
            "select count(*) from revocation where device_id like ? and state not in"
                + " ('listed', 'closed')",
            prefix + "-%");
  }
}
