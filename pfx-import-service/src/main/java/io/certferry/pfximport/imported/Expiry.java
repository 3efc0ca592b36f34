package io.certferry.pfximport.imported;

import io.certferry.edge.PageRequest;
import io.certferry.edge.ProblemException;
import io.certferry.messaging.WorkLoop;
import io.certferry.pfximport.rows.Cells;
import io.micrometer.core.instrument.MeterRegistry;
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
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
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

  private static final String COUNT =
      "select i.tenant, count(*) as n " + ENDING + " group by i.tenant";

  private static final String BY_STATE =
      "select tenant, state, count(*) as n from imported where state <> 'deleted' group by tenant,"
          + " state";

  private static final String NEWER =
      """
      select 1 from imported
      where tenant = $1 and user_id = $2 and purpose = $3 and state = 'available' and not_after > $5
        and not_before > $4 limit 1
      """;

  private final Pool pool;
  private final ImportsConfig config;
  private final MeterRegistry registry;
  private final InstantSource clock;
  private final Map<List<String>, AtomicLong> gauges = new ConcurrentHashMap<>();
  private final WorkLoop loop;

  Expiry(Pool pool, ImportsConfig config, MeterRegistry registry, InstantSource clock) {
    this.pool = pool;
    this.config = config;
    this.registry = registry;
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
    gauges.values().forEach(gauge -> gauge.set(0));
    Instant now = clock.instant();
    Tuple horizon =
        Tuple.of(Cells.timestamp(now), Cells.timestamp(now.plus(config.expiryWarning())));
    for (Row row : pool.preparedQuery(COUNT).execute(horizon).await().indefinitely()) {
      gauge("certferry.imports.expiring.without.successor", row.getString("tenant"), "")
          .set(row.getLong("n"));
    }
    for (Row row : pool.preparedQuery(BY_STATE).execute().await().indefinitely()) {
      gauge("certferry.imports", row.getString("tenant"), row.getString("state"))
          .set(row.getLong("n"));
    }
    return 0;
  }

  private AtomicLong gauge(String name, String tenant, String state) {
    return gauges.computeIfAbsent(
        List.of(name, tenant, state),
        id ->
            registry.gauge(
                name,
                state.isEmpty()
                    ? io.micrometer.core.instrument.Tags.of("tenant", tenant)
                    : io.micrometer.core.instrument.Tags.of("tenant", tenant, "state", state),
                new AtomicLong()));
  }
}
