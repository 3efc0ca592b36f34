package io.certferry.pfximport.delivery;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;

/** What operators see of deliveries; no device or user is a label. */
@Singleton
class DeliveryMetrics {

  private final MeterRegistry registry;
  private final Timer handedOver;

  DeliveryMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.handedOver =
        Timer.builder("certferry.import.delivery")
            .description("From the accepted command to the package that issuance-service took")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofMillis(5))
            .maximumExpectedValue(Duration.ofMinutes(1))
            .register(registry);
  }

  void handedOver(double seconds) {
    if (seconds >= 0) {
      handedOver.record(Duration.ofNanos((long) (seconds * 1e9)));
    }
  }

  void failed(String reason) {
    registry.counter("certferry.import.deliveries.failed", "reason", reason).increment();
  }
}
