package io.certferry.profile.renewal;

import io.certferry.contracts.metric.ProfileMetrics;
import io.certferry.messaging.Meters;
import io.certferry.messaging.WorkLoop;
import io.certferry.profile.checkin.StoredReports;
import io.certferry.profile.device.DeviceKey;
import io.certferry.profile.device.DeviceStore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Renews what is due from the devices' last reports. It decides nothing: a device with something
 * due is evaluated as at a check-in, where the natural key makes a second renewal impossible.
 */
@ApplicationScoped
public class RenewalTimer {

  private final RenewalStore store;
  private final StoredReports reports;
  private final DeviceStore devices;
  private final Pool pool;
  private final InstantSource clock;
  private final RenewalConfig config;
  private final Counter looked;
  private final WorkLoop loop;

  RenewalTimer(
      RenewalStore store,
      StoredReports reports,
      DeviceStore devices,
      Pool pool,
      InstantSource clock,
      RenewalConfig config,
      MeterRegistry metrics) {
    this.store = store;
    this.reports = reports;
    this.devices = devices;
    this.pool = pool;
    this.clock = clock;
    this.config = config;
    this.looked = Meters.counter(metrics, ProfileMetrics.RENEWALS_LOOKED_AT);
    this.loop = new WorkLoop("renewal", 1, config.pollInterval(), this::step);
  }

  void start(@Observes StartupEvent event) {
    if (config.enabled()) {
      loop.start();
    }
  }

  void stop(@Observes ShutdownEvent event) {
    loop.stop();
  }

  /** One round; blocks. Gives how many certificates it looked at. */
  public int step() {
    Instant now = clock.instant();
    RenewalStore.Claimed claimed =
        pool.withTransaction(
                tx ->
                    store
                        .claim(tx, now)
                        .call(due -> devices.lookAgainBy(tx, at(due.devices(), now))))
            .await()
            .indefinitely();
    evaluate(claimed.devices()).await().indefinitely();
    looked.increment(claimed.devices().size());
    return claimed.rows();
  }

  private static Map<DeviceKey, Instant> at(Collection<DeviceKey> keys, Instant now) {
    Map<DeviceKey, Instant> times = new HashMap<>();
    keys.forEach(key -> times.put(key, now));
    return times;
  }

  private Uni<Void> evaluate(Collection<DeviceKey> due) {
    return due.isEmpty() ? Uni.createFrom().voidItem() : reports.evaluateAgain(due);
  }
}
