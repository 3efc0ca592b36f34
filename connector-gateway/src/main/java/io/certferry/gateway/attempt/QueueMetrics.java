package io.certferry.gateway.attempt;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/** How much waits at each CA, looked up once in a while. Blocking. */
@Singleton
class QueueMetrics {

  private static final String SELECT =
      """
      select ca_id,
             count(*) filter (where state = 'READY') as ready,
             count(*) filter (where state = 'WAITING') as waiting,
             count(*) filter (where state in ('CLAIMED', 'SUBMITTING')) as leased,
             count(*) filter (where unknown_since is not null) as unknown,
             count(*) filter (where pending_since is not null) as pending,
             coalesce(extract(epoch from now() - min(received_at) filter (where state = 'READY')), 0)::float8 as oldest
      from ca_command where state <> 'DONE' group by ca_id
      """;

  private static final Depth EMPTY = new Depth(0, 0, 0, 0, 0, 0);

  private final Pool pool;
  private final MeterRegistry registry;
  private final Map<String, Depth> depths = new ConcurrentHashMap<>();

  QueueMetrics(Pool pool, MeterRegistry registry) {
    this.pool = pool;
    this.registry = registry;
  }

  private record Depth(
      long ready, long waiting, long leased, long unknown, long pending, double oldest) {}

  /** Shows the gauges of a CA. */
  void register(String caId) {
    gauge("certferry.commands.ready", "Commands that may be claimed", caId, Depth::ready);
    gauge("certferry.commands.waiting", "Commands that wait for their time", caId, Depth::waiting);
    gauge("certferry.commands.leased", "Commands being worked on", caId, Depth::leased);
    gauge(
        "certferry.commands.unknown", "Submissions without a known outcome", caId, Depth::unknown);
    gauge("certferry.commands.pending", "Submissions that a manager decides", caId, Depth::pending);
    gauge(
        "certferry.commands.oldest.seconds",
        "Age of the oldest claimable command",
        caId,
        Depth::oldest);
  }

  private void gauge(String name, String description, String caId, ToDoubleFunction<Depth> value) {
    Gauge.builder(name, () -> value.applyAsDouble(depths.getOrDefault(caId, EMPTY)))
        .description(description)
        .tag("ca", caId)
        .register(registry);
  }

  void refresh() {
    Map<String, Depth> fresh = new HashMap<>();
    for (Row row : pool.query(SELECT).execute().await().indefinitely()) {
      fresh.put(row.getString("ca_id"), depth(row));
    }
    depths.keySet().retainAll(fresh.keySet());
    depths.putAll(fresh);
  }

  private static Depth depth(Row row) {
    return new Depth(
        row.getLong("ready"),
        row.getLong("waiting"),
        row.getLong("leased"),
        row.getLong("unknown"),
        row.getLong("pending"),
        row.getDouble("oldest"));
  }
}
