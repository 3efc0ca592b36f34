package io.certferry.profile.checkin;

import io.certferry.messaging.WorkLoop;
import io.certferry.profile.device.DeviceKey;
import io.certferry.profile.device.DeviceRow;
import io.certferry.profile.device.DeviceStore;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Collects when devices whose check-ins needed nothing reported, and writes that in batches. A
 * crash loses some; the next check-in makes up for it.
 */
@ApplicationScoped
class LastSeen {

  private static final int BATCH = 2_000;

  private final Map<DeviceKey, Instant> waiting = new ConcurrentHashMap<>();
  private final DeviceStore devices;
  private final Pool pool;
  private final Duration granularity;
  private final int mostWaiting;
  private final WorkLoop loop;

  LastSeen(DeviceStore devices, Pool pool, CheckInConfig config) {
    this.devices = devices;
    this.pool = pool;
    this.granularity = config.lastSeenGranularity();
    this.mostWaiting = config.lastSeenMostWaiting();
    this.loop = new WorkLoop("last-seen", 1, config.lastSeenFlushInterval(), this::flush);
  }

  void start(@Observes StartupEvent event) {
    loop.start();
  }

  void stop(@Observes ShutdownEvent event) {
    loop.stop();
  }

  /** Notes a report, unless the device was seen a moment before. */
  void note(DeviceRow row, Instant occurredAt) {
    Instant seen = row.lastSeenAt();
    boolean worthIt = seen == null || occurredAt.isAfter(seen.plus(granularity));
    if (worthIt && (waiting.size() < mostWaiting || waiting.containsKey(row.key()))) {
      waiting.merge(row.key(), occurredAt, (a, b) -> a.isAfter(b) ? a : b);
    }
  }

  /**
   * Writes what is noted now; says that nothing is left, so that the loop rests before it looks
   * again.
   */
  int flush() {
    for (int left = waiting.size(); left > 0; left -= BATCH) {
      Map<DeviceKey, Instant> batch = take();
      devices.seen(pool, batch).await().indefinitely();
    }
    return 0;
  }

  private Map<DeviceKey, Instant> take() {
    Map<DeviceKey, Instant> batch = new HashMap<>();
    for (DeviceKey key : waiting.keySet()) {
      Instant seen = waiting.remove(key);
      if (seen != null) {
        batch.put(key, seen);
      }
      if (batch.size() == BATCH) {
        break;
      }
    }
    return batch;
  }
}
