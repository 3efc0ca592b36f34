package io.certferry.gateway.attempt;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/** Pauses that double, with full jitter so that nothing marches in step. */
final class Backoff {

  private final DoubleSupplier random;

  /**
   * @param random uniform in [0, 1)
   */
  Backoff(DoubleSupplier random) {
    this.random = random;
  }

  /** Between a tenth of {@code first} and the doubled pause. */
  Duration jittered(int failures, Duration first, Duration longest) {
    Duration cap = steady(failures, first, longest);
    long least = first.toMillis() / 10;
    return Duration.ofMillis(least + (long) (random.getAsDouble() * (cap.toMillis() - least)));
  }

  /** The doubled pause itself: {@code first} for the first failure. */
  static Duration steady(int failures, Duration first, Duration longest) {
    long doubled = first.toMillis() << Math.min(Math.max(failures - 1, 0), 20);
    return Duration.ofMillis(Math.min(longest.toMillis(), doubled));
  }
}
