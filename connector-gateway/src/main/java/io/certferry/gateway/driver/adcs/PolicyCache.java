package io.certferry.gateway.driver.adcs;

import io.certferry.gateway.driver.wire.Fault;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What the policy service last said. It is asked when that is old, and after it failed no more than
 * each half minute; in between what it said before counts. Thread-safe.
 */
final class PolicyCache {

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(30);

  private final Xcep xcep;
  private final Duration refresh;
  private final InstantSource clock;
  private Xcep.@Nullable Known known;
  private Fault fault = Fault.UNREACHABLE;
  private Instant askAgain = Instant.MIN;

  PolicyCache(Xcep xcep, Duration refresh, InstantSource clock) {
    this.xcep = xcep;
    this.refresh = refresh;
    this.clock = clock;
  }

  /** What is known now; null if the service never answered. */
  synchronized @Nullable EnrolmentPolicy current() {
    if (!clock.instant().isBefore(askAgain)) {
      ask();
    }
    return known == null ? null : known.policy();
  }

  /** Asks now. */
  synchronized Xcep.Policies ask() {
    Xcep.Policies answer = xcep.ask();
    if (answer instanceof Xcep.Known now) {
      known = now;
      askAgain = clock.instant().plus(refresh);
    } else {
      fault = ((Xcep.Unknown) answer).fault();
      askAgain = clock.instant().plus(AFTER_FAILURE);
    }
    return answer;
  }

  /** Why nothing is known. */
  synchronized Fault fault() {
    return fault;
  }
}
