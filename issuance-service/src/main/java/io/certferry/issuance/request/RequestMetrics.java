package io.certferry.issuance.request;

import io.certferry.contracts.metric.IssuanceMetrics;
import io.certferry.messaging.Meters;
import io.certferry.messaging.WorkLoop;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What is under way, by state and CA: {@code certferry.requests}, {@code .oldest.seconds} and
 * {@code .stuck} (past the state's deadline).
 */
@Singleton
class RequestMetrics {

  /** The list is the predicate of the index {@code request_open}. */
  private static final String OPEN =
      """
      select state, coalesce(ca_id, 'none') as ca, count(*) as requests,
        extract(epoch from now() - min(state_since))::float8 as oldest,
        count(*) filter (where deadline < now()) as stuck
      from request
      where state in ('ACCEPTED', 'KEYED', 'SUBMITTING', 'PENDING_AT_CA', 'UNKNOWN_AT_CA', 'ISSUED', 'OFFERED')
      group by 1, 2
      """;

  private static final List<String> STATES =
      List.of(
          "ACCEPTED", "KEYED", "SUBMITTING", "PENDING_AT_CA", "UNKNOWN_AT_CA", "ISSUED", "OFFERED");

  private final Pool pool;
  private final MultiGauge requests;
  private final MultiGauge oldest;
  private final MultiGauge stuck;
  private final WorkLoop loop;

  RequestMetrics(Pool pool, MeterRegistry registry, RequestConfig config) {
    this.pool = pool;
    this.requests = Meters.rows(registry, IssuanceMetrics.REQUESTS);
    this.oldest = Meters.rows(registry, IssuanceMetrics.REQUESTS_OLDEST);
    this.stuck = Meters.rows(registry, IssuanceMetrics.REQUESTS_STUCK);
    this.loop = new WorkLoop("request-metrics", 1, config.measureEvery(), this::measure);
  }

  void start(@Observes StartupEvent event) {
    loop.start();
  }

  void stop(@Observes ShutdownEvent event) {
    loop.stop();
  }

  /** Reads the gauges; blocks. Never more than one round per interval. */
  int measure() {
    List<MultiGauge.Row<?>> counts = new ArrayList<>();
    List<MultiGauge.Row<?>> ages = new ArrayList<>();
    List<MultiGauge.Row<?>> overdue = new ArrayList<>();
    List<String> absent = new ArrayList<>(STATES);
    for (Row row : pool.preparedQuery(OPEN).execute().await().indefinitely()) {
      absent.remove(row.getString("state"));
      String[] labels = {label(row.getString("state")), row.getString("ca")};
      counts.add(Meters.row(IssuanceMetrics.REQUESTS, row.getLong("requests"), labels));
      ages.add(Meters.row(IssuanceMetrics.REQUESTS_OLDEST, row.getDouble("oldest"), labels));
      overdue.add(Meters.row(IssuanceMetrics.REQUESTS_STUCK, row.getLong("stuck"), labels));
    }
    for (String state : absent) {
      String[] labels = {label(state), "none"};
      counts.add(Meters.row(IssuanceMetrics.REQUESTS, 0, labels));
      ages.add(Meters.row(IssuanceMetrics.REQUESTS_OLDEST, 0, labels));
      overdue.add(Meters.row(IssuanceMetrics.REQUESTS_STUCK, 0, labels));
    }
    requests.register(counts, true);
    oldest.register(ages, true);
    stuck.register(overdue, true);
    return 0;
  }

  private static String label(String state) {
    return state.toLowerCase(Locale.ROOT);
  }
}
