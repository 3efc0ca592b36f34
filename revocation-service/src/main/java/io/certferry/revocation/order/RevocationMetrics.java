package io.certferry.revocation.order;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How long each leg of the way takes, as histograms; and what failed, by class. */
@Singleton
public class RevocationMetrics {

  private static final Duration SHORTEST = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofDays(2);

  private final MeterRegistry metrics;

  public RevocationMetrics(MeterRegistry metrics) {
    this.metrics = metrics;
  }

  void reached(Revocation revocation) {
    switch (revocation.state()) {
      case ORDERED ->
          delay("event-to-order", revocation, revocation.eventAt(), revocation.orderedAt());
      case ACCEPTED ->
          delay("event-to-accepted", revocation, revocation.eventAt(), revocation.acceptedAt());
      case LISTED -> {
        delay("accepted-to-listed", revocation, revocation.acceptedAt(), revocation.listedAt());
        delay("event-to-listed", revocation, revocation.eventAt(), revocation.listedAt());
      }
      case FAILED, WAITING -> failure(revocation);
      case BARRED, SUBMITTED, CLOSED -> {}
    }
    metrics
        .counter(
            "certferry.revocation.transitions",
            "state",
            revocation.state().code(),
            "trigger",
            revocation.trigger())
        .increment();
  }

  void barred(Revocation revocation) {
    delay("order-to-barrier", revocation, revocation.orderedAt(), revocation.barrierAt());
  }

  private void failure(Revocation revocation) {
    metrics
        .counter(
            "certferry.revocation.failures",
            "class",
            revocation.stateReason() == null ? "unknown" : revocation.stateReason(),
            "ca",
            revocation.caId() == null ? "none" : revocation.caId())
        .increment();
  }

  private void delay(
      String leg, Revocation revocation, @Nullable Instant from, @Nullable Instant to) {
    if (from == null || to == null) {
      return;
    }
    Duration taken = Duration.between(from, to);
    Timer.builder("certferry.revocation.delay")
        .description("Time between two points of a revocation's way")
        .tags("leg", leg, "priority", revocation.priority().code())
        .serviceLevelObjectives(
            Duration.ofMillis(100),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            Duration.ofHours(1),
            Duration.ofDays(1))
        .minimumExpectedValue(SHORTEST)
        .maximumExpectedValue(LONGEST)
        .register(metrics)
        .record(taken.isNegative() ? Duration.ZERO : taken);
  }
}
