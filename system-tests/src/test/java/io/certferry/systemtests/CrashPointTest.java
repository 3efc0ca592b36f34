package io.certferry.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.local.ServiceKind;
import io.certferry.messaging.crash.CrashPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Halts the services once at each crash point (what all of them share, in profile-service) while
 * devices check in, install and come back; the CA's own ledger tells at the end whether anything
 * was lost or issued twice.
 */
class CrashPointTest {

  private static final String PREFIX = "crash";
  private static final Map<ServiceKind, List<String>> POINTS =
      Map.of(
          ServiceKind.PROFILE, List.of("RELAY_", "INTAKE_", "PROFILE_"),
          ServiceKind.ISSUANCE, List.of("ISSUANCE_"),
          ServiceKind.GATEWAY, List.of("GATEWAY_", "BUILTIN_"));

  /** {@link ImportCrashPointTest} and {@link RevocationCrashTest} halt at these. */
  private static final List<String> ELSEWHERE = List.of("PFX_", "REVOCATION_");

  private final Stack stack = Stack.shared();
  private final List<ManagedDevice> devices = new ArrayList<>();

  @AfterEach
  void everythingRunsAgain() {
    stack.restoreAll();
  }

  @Test
  void leavesNoCrashPointOut() {
    assertThat(CrashPoint.values())
        .allMatch(
            point ->
                CrashTour.isOneOf(point, ELSEWHERE)
                    || POINTS.values().stream().anyMatch(own -> CrashTour.isOneOf(point, own)));
  }

  @Test
  void survivesEveryCrashPoint() {
    // When
    new CrashTour(stack, POINTS)
        .run(
            () -> {
              checkInOneMore();
              installWhatIsOffered();
            });
    devices.forEach(stack::checkInUntilAccepted);
    stack.awaitDelivered(PREFIX, devices.size());

    // Then
    assertThat(stack.invariants.liveCertificates(PREFIX)).isEqualTo(devices.size());
    assertThat(stack.invariants.liveTwice()).isEmpty();
    assertThat(stack.invariants.unknownToUs()).isEmpty();
    assertThat(stack.invariants.certificatesWithoutCommittedKey()).isEmpty();
  }

  /** The check-in may meet a service that is down; the device comes again at the end. */
  private void checkInOneMore() {
    ManagedDevice device = stack.fleet.device(PREFIX + "-" + (devices.size() + 1));
    try {
      stack.mdm.tryCheckIn(device);
      devices.add(device);
    } catch (RuntimeException e) {
      assertThat(e).hasMessageContaining("failed");
    }
  }

  private void installWhatIsOffered() {
    try {
      for (ManagedDevice device :
          devices.subList(Math.max(0, devices.size() - 10), devices.size())) {
        stack.mdm.offers(device).stream()
            .filter(offer -> offer.state().equals("OFFERED"))
            .forEach(stack.mdm::acknowledge);
      }
    } catch (RuntimeException e) {
      assertThat(e).hasMessageContaining("/api/v1/packages");
    }
  }
}
