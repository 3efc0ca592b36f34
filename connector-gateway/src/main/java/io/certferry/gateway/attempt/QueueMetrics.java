package io.certferry.gateway.attempt;

import io.certferry.contracts.metric.GatewayMetrics;
import io.certferry.contracts.metric.Metric;
import io.certferry.messaging.Meters;
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
             coalesce(extract(epoch from now() - min(received_at) filter (where state = 'READY')), 0)::float8 as oldest,
             coalesce(extract(epoch from now() - min(unknown_since)), 0)::float8 as oldest_unknown,
             coalesce(extract(epoch from now() - min(pending_since)), 0)::float8 as oldest_pending
      from ca_command where state <> 'DONE' group by ca_id
      """;

  private static final Depth EMPTY = new Depth(0, 0, 0, 0, 0, 0, 0, 0);

  private final Pool pool;
  private final MeterRegistry registry;
  private final Map<String, Depth> depths = new ConcurrentHashMap<>();

  QueueMetrics(Pool pool, MeterRegistry registry) {
    this.pool = pool;
    this.registry = registry;
  }

  private record Depth(
      long ready,
      long waiting,
      long leased,
      long unknown,
      long pending,
      double oldest,
      double oldestUnknown,
      double oldestPending) {}

  /** Shows the gauges of a CA. */
  void register(String caId) {
    gauge(GatewayMetrics.COMMANDS_READY, caId, Depth::ready);
    gauge(GatewayMetrics.COMMANDS_WAITING, caId, Depth::waiting);
    gauge(GatewayMetrics.COMMANDS_LEASED, caId, Depth::leased);
    gauge(GatewayMetrics.COMMANDS_UNKNOWN, caId, Depth::unknown);
    gauge(GatewayMetrics.COMMANDS_PENDING, caId, Depth::pending);
    gauge(GatewayMetrics.COMMANDS_OLDEST, caId, Depth::oldest);
    gauge(GatewayMetrics.UNKNOWN_OLDEST, caId, Depth::oldestUnknown);
    gauge(GatewayMetrics.PENDING_OLDEST, caId, Depth::oldestPending);
  }

  private void gauge(Metric metric, String caId, ToDoubleFunction<Depth> value) {
    Meters.gauge(
        registry, metric, () -> value.applyAsDouble(depths.getOrDefault(caId, EMPTY)), caId);
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
        row.getDouble("oldest"),
        row.getDouble("oldest_unknown"),
        row.getDouble("oldest_pending"));
  }
}
