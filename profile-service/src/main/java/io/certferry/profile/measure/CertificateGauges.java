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
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Certificates by CA and by the day on which they end, and the decisions that await one. */
@Singleton
class CertificateGauges {

  private static final int DAYS = 30;
  private static final int EXPIRED = -1;

  /** All of it from the index {@code enrolment_ending}; days beyond the last are one bucket. */
  private static final String ENDING =
      """
      select coalesce(ca_id, 'none') as ca,
             greatest(-1, least(30, floor(extract(epoch from not_after - now()) / 86400)))::int as days,
             count(*) as certificates
      from enrolment
      where newest and ended_at is null and not_after > now() - interval '30 days'
      group by 1, 2
      """;

  /** All of it from the index {@code enrolment_resend}. */
  private static final String OPEN =
      """
      select count(*) filter (where not renewal) as first, count(*) filter (where renewal) as renewals
      from enrolment where resend_at is not null
      """;

  private final Pool pool;
  private final MeasureConfig config;
  private final MultiGauge live;
  private final MultiGauge expiring;
  private final WorkLoop loop;
  private volatile long expired;
  private volatile Open open = new Open(0, 0);

  CertificateGauges(Pool pool, MeasureConfig config, MeterRegistry metrics) {
    this.pool = pool;
    this.config = config;
    this.live = Meters.rows(metrics, ProfileMetrics.CERTIFICATES_LIVE);
    this.expiring = Meters.rows(metrics, ProfileMetrics.CERTIFICATES_EXPIRING);
    Meters.gauge(metrics, ProfileMetrics.CERTIFICATES_EXPIRED, () -> expired);
    Meters.gauge(metrics, ProfileMetrics.ENROLMENTS_OPEN, () -> open.first(), "false");
    Meters.gauge(metrics, ProfileMetrics.ENROLMENTS_OPEN, () -> open.renewals(), "true");
    this.loop = new WorkLoop("certificate-gauges", 1, config.every(), this::measure);
  }

  private record Open(long first, long renewals) {}

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
    long[] byDay = new long[DAYS];
    long ended = 0;
    Map<String, Long> byCa = new TreeMap<>();
    for (Row row : pool.preparedQuery(ENDING).execute().await().indefinitely()) {
      int day = row.getInteger("days");
      long count = row.getLong("certificates");
      if (day == EXPIRED) {
        ended += count;
      } else {
        byCa.merge(row.getString("ca"), count, Long::sum);
        if (day < DAYS) {
          byDay[day] += count;
        }
      }
    }
    expired = ended;
    show(byCa, byDay);
    Row awaited = pool.preparedQuery(OPEN).execute().await().indefinitely().iterator().next();
    open = new Open(awaited.getLong("first"), awaited.getLong("renewals"));
    return 0;
  }

  private void show(Map<String, Long> byCa, long[] byDay) {
    List<MultiGauge.Row<?>> cas = new ArrayList<>();
    byCa.forEach((ca, n) -> cas.add(Meters.row(ProfileMetrics.CERTIFICATES_LIVE, n, ca)));
    live.register(cas, true);
    List<MultiGauge.Row<?>> days = new ArrayList<>();
    for (int day = 0; day < DAYS; day++) {
      String label = Integer.toString(day);
      days.add(Meters.row(ProfileMetrics.CERTIFICATES_EXPIRING, byDay[day], label));
    }
    expiring.register(days, true);
  }
}
