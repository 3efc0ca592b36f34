package io.certferry.testkit;

import java.util.Set;

/** Which calls read the machine's wall clock. */
final class WallClock {

  private static final Set<String> OF_SYSTEM = Set.of("currentTimeMillis");
  private static final Set<String> DATE_TIMES =
      Set.of(
          "java.time.Instant",
          "java.time.LocalDate",
          "java.time.LocalDateTime",
          "java.time.LocalTime",
          "java.time.OffsetDateTime",
          "java.time.ZonedDateTime");

  private WallClock() {}

  static boolean reads(String owner, String method, int parameters) {
    if (owner.equals("java.lang.System")) {
      return OF_SYSTEM.contains(method);
    }
    if (owner.equals("java.util.Date")) {
      return method.equals("<init>") && parameters == 0;
    }
    return DATE_TIMES.contains(owner) && method.equals("now") && parameters == 0;
  }
}
