package io.certferry.revocation.order;

import io.certferry.contracts.metric.RevocationMetricNames;
import io.certferry.messaging.Meters;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How long each leg of the way takes, as histograms; and what failed, by class. */
@Singleton
public class RevocationMetrics {

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
    Meters.counter(
            metrics,
            RevocationMetricNames.TRANSITIONS,
            revocation.state().code(),
            revocation.trigger())
        .increment();
  }

  void barred(Revocation revocation) {
    delay("order-to-barrier", revocation, revocation.orderedAt(), revocation.barrierAt());
  }

  private void failure(Revocation revocation) {
    String reason = revocation.stateReason();
    String caId = revocation.caId();
    Meters.counter(
            metrics,
            RevocationMetricNames.FAILURES,
            reason == null ? "unknown" : reason,
            caId == null ? "none" : caId)
        .increment();
  }

  private void delay(
      String leg, Revocation revocation, @Nullable Instant from, @Nullable Instant to) {
    if (from == null || to == null) {
      return;
    }
    Duration taken = Duration.between(from, to);
    Meters.timer(metrics, RevocationMetricNames.DELAY, leg, revocation.priority().code())
        .record(taken.isNegative() ? Duration.ZERO : taken);
  }
}
