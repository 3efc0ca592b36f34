package io.certferry.pfximport.imported;

import io.certferry.contracts.metric.PfxImportMetrics;
import io.certferry.edge.PageRequest;
import io.certferry.edge.ProblemException;
import io.certferry.messaging.Meters;
import io.certferry.messaging.WorkLoop;
import io.certferry.pfximport.rows.Cells;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which certificates are current, which are history, and which end without a successor. */
@Singleton
class Expiry {

  private static final Duration LONGEST = Duration.ofDays(3_650);

  /**
   * A successor is an available import of the same user and purpose that ends later than the
   * horizon.
   */
  private static final String ENDING =
      """
      from imported i
      where i.state = 'available' and i.not_after > $1 and i.not_after <= $2
        and not exists (
          select 1 from imported s
          where s.tenant = i.tenant and s.user_id = i.user_id and s.purpose = i.purpose
            and s.state = 'available' and s.not_after > $2)
      """;

  private static final String PAGE =
      "select i.* "
          + ENDING
          + " and i.tenant = $3 and (i.not_after, i.import_id) > ($4, $5)"
          + " order by i.not_after, i.import_id limit $6";

  private static final String COUNT = "select count(*) as n " + ENDING;

  private static final String BY_STATE =
      "select state, count(*) as n from imported where state <> 'deleted' group by state";

  private static final String NEWER =
      """
      select 1 from imported
      where tenant = $1 and user_id = $2 and purpose = $3 and state = 'available' and not_after > $5
        and not_before > $4 limit 1
      """;

  private final Pool pool;
  private final ImportsConfig config;
  private final InstantSource clock;
  private final MultiGauge imports;
  private final WorkLoop loop;
  private volatile long expiring;

  Expiry(Pool pool, ImportsConfig config, MeterRegistry registry, InstantSource clock) {
    this.pool = pool;
    this.config = config;
    Meters.gauge(registry, PfxImportMetrics.EXPIRING, () -> expiring);
    this.imports = Meters.rows(registry, PfxImportMetrics.IMPORTS);
    this.clock = clock;
    this.loop = new WorkLoop("import-expiry", 1, config.gaugeEvery(), this::count);
  }

  void onStart(@Observes StartupEvent event) {
    loop.start();
  }

  void onStop(@Observes ShutdownEvent event) {
    loop.stop();
  }

  /**
   * Reads the parameter; absent it is null, for the configured time.
   *
   * @throws ProblemException 422 if it is no ISO 8601 duration between nothing and ten years
   */
  static @Nullable Duration within(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    try {
      Duration within = Duration.parse(text);
      if (!within.isNegative() && within.compareTo(LONGEST) <= 0) {
        return within;
      }
    } catch (DateTimeException e) {
      // Said below.
    }
    throw ProblemException.ruleBroken(
        "within", "duration", "must be a duration such as P30D, at most ten years");
  }

  List<ImportedPfx> withoutSuccessor(String tenant, @Nullable Duration within, PageRequest page) {
    Instant now = clock.instant();
    Instant after = page.after().map(cursor -> cursor.instant(0)).orElse(now);
    UUID afterId = page.after().map(cursor -> cursor.uuid(1)).orElse(new UUID(0, 0));
    Duration horizon = within == null ? config.expiryWarning() : within;
    Tuple parameters =
        Tuple.tuple()
            .addValue(Cells.timestamp(now))
            .addValue(Cells.timestamp(now.plus(horizon)))
            .addValue(tenant)
            .addValue(Cells.timestamp(after))
            .addValue(afterId)
            .addValue(page.fetch());
    return ImportTable.rows(pool, PAGE, parameters, ImportedPfx::of).await().indefinitely();
  }

  /** Whether no newer one of its user and purpose is valid, nor is it over itself. */
  boolean isCurrent(ImportedPfx pfx) {
    Instant now = clock.instant();
    if (pfx.state() != ImportedPfx.State.AVAILABLE || !pfx.notAfter().isAfter(now)) {
      return false;
    }
    Tuple parameters =
        Tuple.of(
            pfx.tenant(),
            pfx.userId(),
            pfx.purpose().id(),
            Cells.timestamp(pfx.notBefore()),
            Cells.timestamp(now));
    return pool.preparedQuery(NEWER).execute(parameters).await().indefinitely().size() == 0;
  }

  /** Refreshes the gauges; always 0, since there is no more to do at once. */
  int count() {
    Instant now = clock.instant();
    Tuple horizon =
        Tuple.of(Cells.timestamp(now), Cells.timestamp(now.plus(config.expiryWarning())));
    expiring =
        pool.preparedQuery(COUNT)
            .execute(horizon)
            .await()
            .indefinitely()
            .iterator()
            .next()
            .getLong("n");
    List<MultiGauge.Row<?>> states = new ArrayList<>();
    for (Row row : pool.preparedQuery(BY_STATE).execute().await().indefinitely()) {
      states.add(Meters.row(PfxImportMetrics.IMPORTS, row.getLong("n"), row.getString("state")));
    }
    imports.register(states, true);
    return 0;
  }
}
