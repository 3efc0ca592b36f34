package io.certferry.gateway.attempt;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Spares a CA, and the requests, what cannot work: after a few configuration errors in a row for
 * one template (not published, no right to enrol) its submissions wait, but for one per minute that
 * tries whether somebody mended it. Thread-safe.
 */
final class TemplateBreakers {

  private static final int THRESHOLD = 3;
  private static final Duration TRY_AGAIN = Duration.ofMinutes(1);

  private final Map<String, CircuitBreaker> breakers = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;

  TemplateBreakers(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Whether a submission for this template may begin now. */
  synchronized boolean takes(String template) {
    CircuitBreaker breaker = breakers.get(template);
    if (breaker == null) {
      return true;
    }
    if (breaker.permits(1) == 0) {
      return false;
    }
    breaker.begun();
    return true;
  }

  /** The CA refused the template itself. */
  synchronized void misconfigured(String template) {
    breakers
        .computeIfAbsent(template, name -> new CircuitBreaker(THRESHOLD, TRY_AGAIN, nanoTime))
        .failed();
  }

  /** The CA took the template; what else it said does not matter here. */
  synchronized void accepted(String template) {
    breakers.remove(template);
  }
}
