package io.certferry.gateway.driver.adcs;

import io.certferry.gateway.driver.wire.Fault;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What the policy service or the directory last said. It is asked when that is old, and after it
 * failed no more than each half minute; in between what it said before counts. Thread-safe.
 */
final class PolicyCache {

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(30);

  private final PolicySource source;
  private final Duration refresh;
  private final InstantSource clock;
  private PolicySource.@Nullable Known known;
  private Fault fault = Fault.UNREACHABLE;
  private Instant askAgain = Instant.MIN;

  PolicyCache(PolicySource source, Duration refresh, InstantSource clock) {
    this.source = source;
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
  synchronized PolicySource.Policies ask() {
    PolicySource.Policies answer = source.ask();
    if (answer instanceof PolicySource.Known now) {
      known = now;
      askAgain = clock.instant().plus(refresh);
    } else {
      fault = ((PolicySource.Unknown) answer).fault();
      askAgain = clock.instant().plus(AFTER_FAILURE);
    }
    return answer;
  }

  /** What it means that the source does not list the pinned CA. */
  Fault absence() {
    return source.absence();
  }

  /** Why nothing is known. */
  synchronized Fault fault() {
    return fault;
  }
}
