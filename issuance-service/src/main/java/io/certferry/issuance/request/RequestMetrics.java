package io.certferry.issuance.request;

import io.certferry.messaging.WorkLoop;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
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
 * What is under way, by state: {@code certferry.requests}, {@code .oldest.seconds} and {@code
 * .stuck} (past the state's deadline).
 */
@Singleton
class RequestMetrics {

  /** The list is the predicate of the index {@code request_open}. */
  private static final String OPEN =
      """
      select state, count(*) as requests,
        extract(epoch from now() - min(state_since))::float8 as oldest,
        count(*) filter (where deadline < now()) as stuck
      from request
      where state in ('ACCEPTED', 'KEYED', 'SUBMITTING', 'PENDING_AT_CA', 'UNKNOWN_AT_CA', 'ISSUED', 'OFFERED')
      group by state
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
    this.requests =
        MultiGauge.builder("certferry.requests")
            .description("Requests under way by state")
            .register(registry);
    this.oldest =
        MultiGauge.builder("certferry.requests.oldest.seconds")
            .description("How long the oldest request has been in its state")
            .register(registry);
    this.stuck =
        MultiGauge.builder("certferry.requests.stuck")
            .description("Requests past the deadline of their state")
            .register(registry);
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
      Tags tags = tags(row.getString("state"));
      counts.add(MultiGauge.Row.of(tags, row.getLong("requests")));
      ages.add(MultiGauge.Row.of(tags, row.getDouble("oldest")));
      overdue.add(MultiGauge.Row.of(tags, row.getLong("stuck")));
    }
    for (String state : absent) {
      counts.add(MultiGauge.Row.of(tags(state), 0));
      ages.add(MultiGauge.Row.of(tags(state), 0));
      overdue.add(MultiGauge.Row.of(tags(state), 0));
    }
    requests.register(counts, true);
    oldest.register(ages, true);
    stuck.register(overdue, true);
    return 0;
  }

  private static Tags tags(String state) {
    return Tags.of("state", state.toLowerCase(Locale.ROOT));
  }
}
