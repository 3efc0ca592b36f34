package io.certferry.messaging;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Names that are left alone for a while, longer each time. In memory only: a restart tries them
 * again at once.
 */
final class Holdbacks {

  private static final Duration FIRST = Duration.ofMillis(200);
  private static final Duration LONGEST = Duration.ofSeconds(5);
  private static final int MOST = 1_000;

  private final Map<String, Hold> holds = new LinkedHashMap<>();

  /** Leaves the name alone for the next, longer while. */
  void hold(String name) {
    int failures = holds.containsKey(name) ? holds.remove(name).failures + 1 : 1;
    holds.put(name, new Hold(failures, System.nanoTime() + pause(failures)));
    if (holds.size() > MOST) {
      holds.remove(holds.keySet().iterator().next());
    }
  }

  /** The name is well again. */
  void clear(String name) {
    holds.remove(name);
  }

  boolean isEmpty() {
    return holds.isEmpty();
  }

  /** The names to leave alone now. */
  Set<String> current() {
    long now = System.nanoTime();
    return holds.entrySet().stream()
        .filter(entry -> entry.getValue().until - now > 0)
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static long pause(int failures) {
    return WorkLoop.backoff(failures, FIRST, LONGEST).toNanos();
  }

  private record Hold(int failures, long until) {}
}
