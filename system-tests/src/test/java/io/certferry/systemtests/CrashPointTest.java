package io.certferry.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.local.ServiceInstance;
import io.certferry.local.ServiceKind;
import io.certferry.messaging.crash.CrashPoint;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Halts each service once at each of its crash points while devices check in, install and come
 * back. A service that died is started again with its next point armed; the CA's own ledger tells
 * at the end whether anything was lost or issued twice.
 */
@Tag("faults")
class CrashPointTest {

  private static final String PREFIX = "crash";
  private static final int KILLED = 137;
  private static final List<String> EVERYWHERE = List.of("RELAY_", "INTAKE_");
  private static final Map<ServiceKind, List<String>> OWN =
      Map.of(
          ServiceKind.PROFILE, List.of("PROFILE_"),
          ServiceKind.ISSUANCE, List.of("ISSUANCE_"),
          ServiceKind.GATEWAY, List.of("GATEWAY_", "BUILTIN_"));

  /** {@link ImportCrashPointTest} halts at these. */
  private static final List<String> ELSEWHERE = List.of("PFX_");

  private static final Duration POINT_LIMIT = Duration.ofSeconds(90);

  private final Stack stack = Stack.shared();
  private final List<ManagedDevice> devices = new ArrayList<>();
  private final Map<ServiceKind, Deque<CrashPoint>> waiting = new EnumMap<>(ServiceKind.class);
  private final Map<ServiceKind, CrashPoint> armed = new EnumMap<>(ServiceKind.class);

  @AfterEach
  void everythingRunsAgain() {
    stack.restoreAll();
  }

  @Test
  void leavesNoCrashPointOut() {
    assertThat(CrashPoint.values())
        .allMatch(
            point ->
                isOneOf(point, EVERYWHERE)
                    || isOneOf(point, ELSEWHERE)
                    || OWN.values().stream().anyMatch(prefixes -> isOneOf(point, prefixes)));
  }

  @Test
  void survivesEveryCrashPoint() {
    // Given
    stack.keepOne(ServiceKind.ISSUANCE);
    stack.keepOne(ServiceKind.GATEWAY);
    OWN.forEach((kind, prefixes) -> waiting.put(kind, pointsOf(EVERYWHERE, prefixes)));
    waiting.keySet().forEach(kind -> stack.local.service(kind, 1).stop(Duration.ofSeconds(15)));
    waiting.keySet().forEach(this::startWithNextPoint);

    // When
    while (!armed.isEmpty()) {
      int before = armed.size() + waiting.values().stream().mapToInt(Deque::size).sum();
      Awaitility.await("one of " + armed + " to be reached")
          .atMost(POINT_LIMIT)
          .pollInterval(400, TimeUnit.MILLISECONDS)
          .until(() -> keepBusyAndRestart() < before);
    }
    stack.restoreAll();
    devices.forEach(stack::checkInUntilAccepted);
    stack.awaitDelivered(PREFIX, devices.size());

    // Then
    assertThat(stack.invariants.liveCertificates(PREFIX)).isEqualTo(devices.size());
    assertThat(stack.invariants.liveTwice()).isEmpty();
    assertThat(stack.invariants.unknownToUs()).isEmpty();
    assertThat(stack.invariants.certificatesWithoutCommittedKey()).isEmpty();
  }

  /** Gives the number of points that are still to be reached. */
  private int keepBusyAndRestart() {
    checkInOneMore();
    installWhatIsOffered();
    for (ServiceKind kind : List.copyOf(armed.keySet())) {
      ServiceInstance service = stack.local.service(kind, 1);
      if (service.exitCode().isPresent()) {
        assertThat(service.exitCode()).as("%s at %s", kind, armed.get(kind)).contains(KILLED);
        armed.remove(kind);
        startWithNextPoint(kind);
      }
    }
    return armed.size() + waiting.values().stream().mapToInt(Deque::size).sum();
  }

  private void startWithNextPoint(ServiceKind kind) {
    CrashPoint next = waiting.getOrDefault(kind, new ArrayDeque<>()).poll();
    if (next == null) {
      stack.local.service(kind, 1).launch();
    } else {
      armed.put(kind, next);
      stack.local.service(kind, 1).launch("-Dcertferry.crash-at=" + next);
    }
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

  private static Deque<CrashPoint> pointsOf(List<String> everywhere, List<String> own) {
    return new ArrayDeque<>(
        Arrays.stream(CrashPoint.values())
            .filter(point -> isOneOf(point, everywhere) || isOneOf(point, own))
            .toList());
  }

  private static boolean isOneOf(CrashPoint point, List<String> prefixes) {
    return prefixes.stream().anyMatch(point.name()::startsWith);
  }
}
