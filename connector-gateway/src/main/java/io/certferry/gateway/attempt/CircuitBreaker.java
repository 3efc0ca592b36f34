package io.certferry.gateway.attempt;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Leaves a CA alone that does not answer, but for one call per interval. Thread-safe. */
final class CircuitBreaker {

  private final int threshold;
  private final long probeNanos;
  private final LongSupplier nanoTime;
  private int failures;
  private long lastProbe;

  CircuitBreaker(int threshold, Duration probeInterval, LongSupplier nanoTime) {
    this.threshold = threshold;
    this.probeNanos = probeInterval.toNanos();
    this.nanoTime = nanoTime;
  }

  /** How many calls may begin, of those wanted. */
  synchronized int permits(int wanted) {
    if (failures < threshold) {
      return wanted;
    }
    return nanoTime.getAsLong() - lastProbe >= probeNanos ? Math.min(1, wanted) : 0;
  }

  /** Calls begin. */
  synchronized void begun() {
    if (failures >= threshold) {
      lastProbe = nanoTime.getAsLong();
    }
  }

  /** The CA answered; true if it had been left alone. */
  synchronized boolean succeeded() {
    boolean wasOpen = failures >= threshold;
    failures = 0;
    return wasOpen;
  }

  /** The CA did not answer. */
  synchronized void failed() {
    failures = Math.min(failures + 1, threshold);
    if (failures == threshold) {
      lastProbe = nanoTime.getAsLong();
    }
  }

  synchronized boolean isOpen() {
    return failures >= threshold;
  }
}
