package io.certferry.issuance.request;

import io.certferry.contracts.metric.IssuanceMetrics;
import io.certferry.messaging.Meters;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * How long requests take: {@code certferry.request.stage} from the state before, {@code
 * certferry.request.age} from the acceptance.
 */
@Singleton
public class ProgressMetrics {

  private static final String DELIVERED = "delivered";

  private final MeterRegistry registry;

  ProgressMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  void count(List<Progress> progress) {
    for (Progress step : progress) {
      record(
          step.state().name().toLowerCase(Locale.ROOT),
          Duration.between(step.since(), step.at()),
          Duration.between(step.acceptedAt(), step.at()));
    }
  }

  /** A package was fetched for the first time. */
  public void delivered(Duration sinceOffered, Duration sinceAccepted) {
    record(DELIVERED, sinceOffered, sinceAccepted);
  }

  private void record(String state, Duration stage, Duration age) {
    Meters.timer(registry, IssuanceMetrics.REQUEST_STAGE, state).record(stage);
    Meters.timer(registry, IssuanceMetrics.REQUEST_AGE, state).record(age);
  }
}
