package io.certferry.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.local.ServiceInstance;
import io.certferry.local.ServiceKind;
import io.certferry.messaging.crash.CrashPoint;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * Halts services once at each of their crash points while something keeps them busy. One that died
 * is started again with its next point armed.
 */
final class CrashTour {

  private static final int KILLED = 137;
  private static final Duration STOP_GRACE = Duration.ofSeconds(15);
  private static final Duration POINT_LIMIT = Duration.ofSeconds(90);

  private final Stack stack;
  private final Map<ServiceKind, Deque<CrashPoint>> waiting = new EnumMap<>(ServiceKind.class);
  private final Map<ServiceKind, CrashPoint> armed = new EnumMap<>(ServiceKind.class);

  /**
   * Of the points whose names begin so.
   *
   * @param prefixes by service
   */
  CrashTour(Stack stack, Map<ServiceKind, List<String>> prefixes) {
    this.stack = stack;
    prefixes.forEach(
        (kind, names) ->
            waiting.put(
                kind,
                new ArrayDeque<>(
                    Arrays.stream(CrashPoint.values())
                        .filter(point -> isOneOf(point, names))
                        .toList())));
  }

  static boolean isOneOf(CrashPoint point, List<String> prefixes) {
    return prefixes.stream().anyMatch(point.name()::startsWith);
  }

  /**
   * Goes through all of them, with one instance of each service; afterwards the services run again.
   *
   * @param load is called again and again; it may meet services that are down
   */
  void run(Runnable load) {
    stack.keepOne(ServiceKind.ISSUANCE);
    stack.keepOne(ServiceKind.GATEWAY);
    waiting.keySet().forEach(kind -> stack.local.service(kind, 1).stop(STOP_GRACE));
    List.copyOf(waiting.keySet()).forEach(this::startWithNextPoint);
    while (!armed.isEmpty()) {
      int before = left();
      Awaitility.await("one of " + armed + " to be reached")
          .atMost(POINT_LIMIT)
          .pollInterval(400, TimeUnit.MILLISECONDS)
          .until(
              () -> {
                load.run();
                restartFallen();
                return left() < before;
              });
    }
    stack.restoreAll();
  }

  private int left() {
    return armed.size() + waiting.values().stream().mapToInt(Deque::size).sum();
  }

  private void restartFallen() {
    for (ServiceKind kind : List.copyOf(armed.keySet())) {
      ServiceInstance service = stack.local.service(kind, 1);
      if (service.exitCode().isPresent()) {
        assertThat(service.exitCode()).as("%s at %s", kind, armed.get(kind)).contains(KILLED);
        System.out.printf("%s halted at %s, %d to go%n", kind, armed.remove(kind), left());
        startWithNextPoint(kind);
      }
    }
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
}
