package io.certferry.profile.renewal;

import io.certferry.contracts.metric.ProfileMetrics;
import io.certferry.messaging.Meters;
import io.certferry.messaging.WorkLoop;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.InstantSource;

/**
 * Renewals that are overdue without a running attempt (must read 0) and those of dormant devices.
 */
@ApplicationScoped
class RenewalGauges {

  private final RenewalStore store;
  private final Pool pool;
  private final InstantSource clock;
  private final WorkLoop loop;
  private volatile RenewalStore.Counts counts = new RenewalStore.Counts(0, 0);

  RenewalGauges(
      RenewalStore store,
      Pool pool,
      InstantSource clock,
      RenewalConfig config,
      MeterRegistry metrics) {
    this.store = store;
    this.pool = pool;
    this.clock = clock;
    this.loop = new WorkLoop("renewal-gauges", 1, config.measureEvery(), this::measure);
    Meters.gauge(metrics, ProfileMetrics.RENEWALS_OVERDUE, () -> counts.overdue());
    Meters.gauge(metrics, ProfileMetrics.RENEWALS_DORMANT, () -> counts.dormant());
  }

  void start(@Observes StartupEvent event) {
    loop.start();
  }

  void stop(@Observes ShutdownEvent event) {
    loop.stop();
  }

  /** Reads the counts; blocks. */
  int measure() {
    counts = store.count(pool, clock.instant()).await().indefinitely();
    return 0;
  }
}
