package io.certferry.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.certferry.local.ServiceKind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Devices leave while their certificates are being issued, and services die at every crash point on
 * the way: whatever comes back, no certificate is left alive and no package on offer.
 */
@Tag("faults")
class RevocationCrashTest {

  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final int STAY_AT_MOST = 30;

  private static final Map<ServiceKind, List<String>> POINTS =
      Map.of(
          ServiceKind.ISSUANCE,
              List.of(
                  "ISSUANCE_KEY_", "ISSUANCE_PACKAGE_", "ISSUANCE_DESTROY_", "REVOCATION_BARRIER_"),
          ServiceKind.GATEWAY,
              List.of(
                  "GATEWAY_CLAIM_",
                  "GATEWAY_ATTEMPT_",
                  "GATEWAY_AFTER_CA_",
                  "GATEWAY_OUTCOME_",
                  "BUILTIN_"));

  private final Stack stack = Stack.shared();
  private final String prefix = "gone-" + UUID.randomUUID();
  private final Deque<ManagedDevice> enrolled = new ArrayDeque<>();
  private int devices;

  @AfterEach
  void everythingRunsAgain() {
    stack.restoreAll();
  }

  @Test
  void leavesNothingAliveWhenDevicesLeaveDuringTheirIssuance() {
    // When
    new CrashTour(stack, POINTS).run(this::oneComesAndOthersLeave);
    while (!enrolled.isEmpty()) {
      leave(enrolled.remove());
    }

    // Then
    Awaitility.await("all of " + prefix + " to be over")
        .atMost(LIMIT)
        .pollInterval(500, TimeUnit.MILLISECONDS)
        .untilAsserted(
            () -> {
              assertThat(open()).isEmpty();
              assertThat(stack.invariants.liveCertificates(prefix)).isZero();
              assertThat(stack.invariants.deliveredPackages(prefix)).isZero();
            });
    assertThat(stack.invariants.unknownToUs()).isEmpty();
  }

  /** Every other device leaves at once, the others when their certificate may be anywhere. */
  private void oneComesAndOthersLeave() {
    ManagedDevice device = stack.fleet.device(prefix + "-" + ++devices);
    stack.mdm.checkIn(device);
    if (devices % 2 == 0) {
      leave(device);
    } else {
      enrolled.add(device);
    }
    if (enrolled.size() > STAY_AT_MOST) {
      leave(enrolled.remove());
    }
  }

  private void leave(ManagedDevice device) {
    stack.api.call(
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
  private List<String> open() {
    List<String> open =
        stack.databases.column(
            ServiceKind.ISSUANCE,
            "select device_id || ' ' || state from request where device_id like ? and state not in"
                + " ('REVOKED', 'CANCELLED', 'DENIED', 'FAILED')",
            prefix + "-%");
    open.addAll(
        stack.databases.column(
            ServiceKind.REVOCATION,
            "select device_id || ' ' || state from revocation where device_id like ?"
                + " and state not in ('listed', 'closed')",
            prefix + "-%"));
    return open;
  }
}
