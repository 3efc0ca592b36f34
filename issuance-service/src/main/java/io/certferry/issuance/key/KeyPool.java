package io.certferry.issuance.key;

import io.certferry.contracts.metric.IssuanceMetrics;
import io.certferry.issuance.rows.Cells;
import io.certferry.messaging.EventIds;
import io.certferry.messaging.Meters;
import io.certferry.messaging.crash.CrashPoint;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sealed keys that wait for a request. A worker reserves some, and the transaction that commits a
 * request's key deletes the one it used: two workers may open the same key after a lease ran out,
 * but only one can delete it, and the other's work is dropped.
 */
@Singleton
class KeyPool {

  private static final String RESERVE =
      """
      update key_pool p set reserved_until = now() + make_interval(secs => $3)
      from (
        select id from key_pool where spec = $1 and reserved_until <= now()
        order by created_at limit $2 for update skip locked) as c
      where p.id = c.id
      returning p.id, p.day_key, p.wrapped, p.spki
      """;

  private static final String CONSUME = "delete from key_pool where id = any($1) returning id";

  private static final String INSERT =
      "insert into key_pool (id, spec, day_key, wrapped, spki) values ($1, $2, $3, $4, $5)";

  private static final String LEVELS =
      """
      select spec, count(*) as level, extract(epoch from now() - min(created_at))::float8 as oldest
      from key_pool group by spec
      """;

  private static final String PURGE =
      """
      delete from key_pool
      where created_at < now() - make_interval(secs => $1) and reserved_until <= now()
      """;

  private final Pool pool;
  private final DayKeys dayKeys;
  private final Map<KeySpec, Integer> targets = new HashMap<>();
  private final Duration maxAge;
  private final Map<KeySpec, Level> levels = new ConcurrentHashMap<>();

  KeyPool(Pool pool, DayKeys dayKeys, KeyPoolConfig config, MeterRegistry metrics) {
    this.pool = pool;
    this.dayKeys = dayKeys;
    this.maxAge = config.maxAge();
    config.target().forEach((spec, target) -> targets.put(KeySpec.parse(spec), target));
    targets.keySet().forEach(spec -> register(metrics, spec));
  }

  /**
   * A key of the pool.
   *
   * @param sealed its private half, for {@link KeyContexts#ofPool}
   */
  record Pooled(UUID id, Sealed sealed, byte[] spki) {}

  /** How many keys wait, and since when the oldest does. */
  record Level(long count, double oldestSeconds) {
    static final Level EMPTY = new Level(0, 0);
  }

  /** Reserves up to {@code count} keys; none where the pool is not used for that kind. Blocks. */
  List<Pooled> reserve(KeySpec spec, int count, Duration lease) {
    if (targets.getOrDefault(spec, 0) == 0) {
      return List.of();
    }
    Tuple parameters = Tuple.of(spec.toString(), count, lease.toMillis() / 1000.0);
    List<Pooled> reserved = new ArrayList<>();
    for (Row row : pool.preparedQuery(RESERVE).execute(parameters).await().indefinitely()) {
      reserved.add(
          new Pooled(
              row.getUUID("id"),
              new Sealed(row.getString("day_key"), Cells.bytes(row, "wrapped")),
              Cells.bytes(row, "spki")));
    }
    return reserved;
  }

  /**
   * Uses keys up, in the transaction that commits them for their requests; the ids that really were
   * still there.
   */
  Uni<Set<UUID>> consume(SqlConnection tx, Collection<UUID> ids) {
    if (ids.isEmpty()) {
      return Uni.createFrom().item(Set.of());
    }
    return tx.preparedQuery(CONSUME)
        .execute(Tuple.of(ids.toArray(UUID[]::new)))
        .map(
            rows -> {
              Set<UUID> used = new HashSet<>();
              rows.forEach(row -> used.add(row.getUUID("id")));
              return used;
            });
  }

  /**
   * Makes one key of the kind that lacks most. Blocks.
   *
   * @return 1, or 0 if every target is met
   */
  int fillOne() {
    purge();
    measure();
    KeySpec lacking = null;
    double fullest = 1;
    for (Map.Entry<KeySpec, Integer> target : targets.entrySet()) {
      long level = levels.getOrDefault(target.getKey(), Level.EMPTY).count();
      double fill = target.getValue() == 0 ? 1 : (double) level / target.getValue();
      if (fill < fullest) {
        fullest = fill;
        lacking = target.getKey();
      }
    }
    if (lacking == null) {
      return 0;
    }
    add(lacking);
    return 1;
  }

  private void add(KeySpec spec) {
    UUID id = EventIds.next();
    try (GeneratedKey key = KeyPairs.generate(spec)) {
      Sealed sealed = dayKeys.seal(key.pkcs8(), KeyContexts.ofPool(id, key.spki()));
      CrashPoint.ISSUANCE_POOL_BEFORE_COMMIT.hit();
      pool.preparedQuery(INSERT)
          .execute(
              Tuple.of(
                  id,
                  spec.toString(),
                  sealed.dayKey(),
                  Buffer.buffer(sealed.bytes()),
                  Buffer.buffer(key.spki())))
          .await()
          .indefinitely();
    }
  }

  private void purge() {
    pool.preparedQuery(PURGE).execute(Tuple.of((double) maxAge.toSeconds())).await().indefinitely();
  }

  private void measure() {
    Map<KeySpec, Level> found = new HashMap<>();
    for (Row row : pool.preparedQuery(LEVELS).execute().await().indefinitely()) {
      found.put(
          KeySpec.parse(row.getString("spec")),
          new Level(row.getLong("level"), row.getDouble("oldest")));
    }
    targets.keySet().forEach(spec -> levels.put(spec, found.getOrDefault(spec, Level.EMPTY)));
  }

  private void register(MeterRegistry metrics, KeySpec spec) {
    Meters.gauge(
        metrics,
        IssuanceMetrics.KEY_POOL_LEVEL,
        () -> levels.getOrDefault(spec, Level.EMPTY).count(),
        spec.toString());
    Meters.gauge(
        metrics,
        IssuanceMetrics.KEY_POOL_OLDEST,
        () -> levels.getOrDefault(spec, Level.EMPTY).oldestSeconds(),
        spec.toString());
  }
}
