package io.certferry.issuance.key;

import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.WorkLoop;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/** Destroys the key of a day that is over once no row is wrapped under it. */
@Singleton
public class DayKeySweep {

  private static final Logger LOG = Logger.getLogger(DayKeySweep.class);

  private static final String IN_USE =
      """
      select exists (select 1 from request_key where day_key = $1 and wrapped is not null)
          or exists (select 1 from key_pool where day_key = $1)
      """;

  private final DayKeys dayKeys;
  private final Pool pool;
  private final AuditTrail audit;
  private final WorkLoop loop;

  DayKeySweep(DayKeys dayKeys, Pool pool, AuditTrail audit, KekConfig config) {
    this.dayKeys = dayKeys;
    this.pool = pool;
    this.audit = audit;
    this.loop =
        new WorkLoop(
            "day-keys",
            1,
            config.sweepEvery(),
            () -> {
              sweep();
              return 0;
            });
  }

  void start(@Observes StartupEvent event) {
    loop.start();
  }

  void stop(@Observes ShutdownEvent event) {
    loop.stop();
  }

  /** Looks now; blocks. */
  public void sweep() {
    List<String> unused = dayKeys.finishedDays().stream().filter(day -> !inUse(day)).toList();
    for (String day : unused) {
      if (dayKeys.destroy(day)) {
        LOG.infof("event=day-key-destroyed day=%s", day);
        record(day);
      }
    }
  }

  private boolean inUse(String day) {
    return pool.preparedQuery(IN_USE)
        .execute(Tuple.of(day))
        .await()
        .indefinitely()
        .iterator()
        .next()
        .getBoolean(0);
  }

  private void record(String day) {
    AuditEntry entry =
        new AuditEntry("-", "day-key.destroyed", "issuance-service", "day-key/" + day, Map.of());
    pool.withTransaction(tx -> audit.append(tx, List.of(entry))).await().indefinitely();
  }
}
