package io.certferry.pfximport.delivery;

import io.certferry.contracts.metric.PfxImportMetrics;
import io.certferry.messaging.Meters;
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
    this.handedOver = Meters.timer(registry, PfxImportMetrics.DELIVERY);
  }

  void handedOver(double seconds) {
    if (seconds >= 0) {
      handedOver.record(Duration.ofNanos((long) (seconds * 1e9)));
    }
  }

  void failed(String reason) {
    Meters.counter(registry, PfxImportMetrics.DELIVERIES_FAILED, reason).increment();
  }
}
