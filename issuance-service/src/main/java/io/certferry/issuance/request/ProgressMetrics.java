package io.certferry.issuance.request;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * How long requests take: {@code certferry.request.stage} from the state before, {@code
 * certferry.request.age} from the acceptance.
 */
@Singleton
class ProgressMetrics {

  private static final Duration[] BUCKETS = {
    Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(25), Duration.ofMillis(50),
    Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(300), Duration.ofMillis(500),
    Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(15),
    Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofHours(1)
  };

  private final MeterRegistry registry;

  ProgressMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  void count(List<Progress> progress) {
    for (Progress step : progress) {
      String state = step.state().name().toLowerCase(Locale.ROOT);
      timer("certferry.request.stage", state).record(Duration.between(step.since(), step.at()));
      timer("certferry.request.age", state).record(Duration.between(step.acceptedAt(), step.at()));
    }
  }

  private Timer timer(String name, String state) {
    return Timer.builder(name)
        .tag("state", state)
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }
}
