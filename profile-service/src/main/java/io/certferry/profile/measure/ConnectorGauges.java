package io.certferry.profile.measure;

import io.certferry.contracts.metric.ProfileMetrics;
import io.certferry.messaging.MeasureConfig;
import io.certferry.messaging.Meters;
import io.certferry.messaging.WorkLoop;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/**
 * Which connectors serve which CA. Shown here and not by the connectors, since a connector that is
 * gone shows nothing; a CA that only profiles name is shown too, with none.
 */
@Singleton
class ConnectorGauges {

  private static final String SERVING =
      """
      with reporting as (
        select d.ca_id, d.connector_id, d.reachable
        from ca_directory d join connector c using (tenant, connector_id)
        where c.state = 'active' and c.reported_at > now() - make_interval(secs => $1)
      )
      select known.ca_id, count(distinct r.connector_id) as active,
             count(distinct r.connector_id) filter (where r.reachable) as reaching
      from (
        select ca_id from ca_directory
        union
        select settings::jsonb ->> 'certificationAuthority' from profile
        where state = 'active' and settings::jsonb ->> 'certificationAuthority' is not null
      ) known left join reporting r on r.ca_id = known.ca_id
      group by known.ca_id
      """;

  private static final String LAST_SEEN =
      """
      select connector_id, extract(epoch from now() - max(reported_at))::float8 as seconds
      from connector where state <> 'retired' group by connector_id
      """;

  private final Pool pool;
  private final double silentAfterSeconds;
  private final MeasureConfig config;
  private final MultiGauge active;
  private final MultiGauge reaching;
  private final MultiGauge lastSeen;
  private final WorkLoop loop;

  ConnectorGauges(
      Pool pool, ConnectorsConfig connectors, MeasureConfig config, MeterRegistry metrics) {
    this.pool = pool;
    this.silentAfterSeconds = connectors.silentAfter().toMillis() / 1000.0;
    this.config = config;
    this.active = Meters.rows(metrics, ProfileMetrics.CONNECTORS_ACTIVE);
    this.reaching = Meters.rows(metrics, ProfileMetrics.CONNECTORS_REACHING);
    this.lastSeen = Meters.rows(metrics, ProfileMetrics.CONNECTOR_LAST_SEEN);
    this.loop = new WorkLoop("connector-gauges", 1, config.every(), this::measure);
  }

  void start(@Observes StartupEvent event) {
    if (!config.every().isZero()) {
      loop.start();
    }
  }

  void stop(@Observes ShutdownEvent event) {
    loop.stop();
  }

  /** One round; blocks. Always 0: there is no more to do at once. */
  int measure() {
    List<MultiGauge.Row<?>> actives = new ArrayList<>();
    List<MultiGauge.Row<?>> reachings = new ArrayList<>();
    Tuple silence = Tuple.of(silentAfterSeconds);
    for (Row row : pool.preparedQuery(SERVING).execute(silence).await().indefinitely()) {
      String ca = row.getString("ca_id");
      actives.add(Meters.row(ProfileMetrics.CONNECTORS_ACTIVE, row.getLong("active"), ca));
      reachings.add(Meters.row(ProfileMetrics.CONNECTORS_REACHING, row.getLong("reaching"), ca));
    }
    active.register(actives, true);
    reaching.register(reachings, true);
    lastSeen.register(lastSeenRows(), true);
    return 0;
  }

  private List<MultiGauge.Row<?>> lastSeenRows() {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    for (Row row : pool.preparedQuery(LAST_SEEN).execute().await().indefinitely()) {
      rows.add(
          Meters.row(
              ProfileMetrics.CONNECTOR_LAST_SEEN,
              row.getDouble("seconds"),
              row.getString("connector_id")));
    }
    return rows;
  }
}
