package io.certferry.messaging;

import io.certferry.contracts.metric.Metric;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Meters for the metrics of the contract, the only way to register one. Label values are given in
 * the order of the metric's labels.
 */
public final class Meters {

  /** One ladder for everything, from a database row to a CA that publishes its list once a day. */
  private static final Duration[] TIMES = {
    Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(25), Duration.ofMillis(50),
    Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(300), Duration.ofMillis(500),
    Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(15),
    Duration.ofSeconds(30), Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(15),
    Duration.ofHours(1), Duration.ofHours(6), Duration.ofDays(1)
  };

  private static final double[] COUNTS = {1, 2, 3, 5, 8, 13, 21};

  private Meters() {}

  public static Counter counter(MeterRegistry registry, Metric metric, String... values) {
    return Counter.builder(metric.name())
        .description(metric.description())
        .tags(tags(metric, values))
        .register(registry);
  }

  /** A histogram of times. */
  public static Timer timer(MeterRegistry registry, Metric metric, String... values) {
    return Timer.builder(metric.name())
        .description(metric.description())
        .serviceLevelObjectives(TIMES)
        .tags(tags(metric, values))
        .register(registry);
  }

  /** A histogram of small numbers. */
  public static DistributionSummary summary(
      MeterRegistry registry, Metric metric, String... values) {
    return DistributionSummary.builder(metric.name())
        .description(metric.description())
        .serviceLevelObjectives(COUNTS)
        .tags(tags(metric, values))
        .register(registry);
  }

  /** Shows what the supplier says at each scrape; it must do no more than read a field. */
  public static void gauge(
      MeterRegistry registry, Metric metric, Supplier<Number> value, String... values) {
    Gauge.builder(metric.name(), value)
        .description(metric.description())
        .baseUnit(unit(metric))
        .tags(tags(metric, values))
        .register(registry);
  }

  /** A gauge whose rows are replaced as a whole. */
  public static MultiGauge rows(MeterRegistry registry, Metric metric) {
    return MultiGauge.builder(metric.name())
        .description(metric.description())
        .baseUnit(unit(metric))
        .register(registry);
  }

  /** One row of such a gauge. */
  public static MultiGauge.Row<?> row(Metric metric, Number value, String... values) {
    return MultiGauge.Row.of(tags(metric, values), value);
  }

  private static @Nullable String unit(Metric metric) {
    return metric.unit().isEmpty() ? null : metric.unit();
  }

  /**
   * @throws IllegalArgumentException if there is not one value for each label
   */
  private static Tags tags(Metric metric, String... values) {
    if (values.length != metric.labels().size()) {
      throw new IllegalArgumentException(
          metric.name() + " has the labels " + metric.labels() + ", not " + Arrays.asList(values));
    }
    Tags tags = Tags.empty();
    for (int i = 0; i < values.length; i++) {
      tags = tags.and(metric.labels().get(i), values[i]);
    }
    return tags;
  }
}
