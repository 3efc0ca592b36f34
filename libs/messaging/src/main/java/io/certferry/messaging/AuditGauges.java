package io.certferry.messaging;

import io.certferry.contracts.metric.MessagingMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Whether the audit chain grows and is what was sealed. New entries are verified each round, the
 * whole chain at the start and then once in a long while; a fault stays shown until the whole
 * chain, looked at once an hour then, is found intact again.
 */
@Singleton
public class AuditGauges {

  private static final Logger LOG = Logger.getLogger(AuditGauges.class);

  private static final Duration WHILE_BROKEN = Duration.ofHours(1);

  private static final String AGES =
      """
      select
        coalesce((select extract(epoch from now() - sealed_at) from audit_head where writer = $1), 0)::float8 as head,
        coalesce((select extract(epoch from now() - min(occurred_at)) from audit
                  where writer = $1 and position is null), 0)::float8 as unsealed
      """;

  private final Pool pool;
  private final ServiceName writer;
  private final AuditVerifier verifier;
  private final MeasureConfig config;
  private final WorkLoop loop;
  private AuditCheckpoint verified;
  private long fromStartDue = System.nanoTime();
  private volatile Ages ages = new Ages(0, 0);
  private volatile boolean broken;

  AuditGauges(
      Pool pool,
      ServiceName writer,
      AuditVerifier verifier,
      MeasureConfig config,
      MeterRegistry metrics) {
    this.pool = pool;
    this.writer = writer;
    this.verifier = verifier;
    this.config = config;
    this.verified = AuditCheckpoint.beforeFirst(writer.value());
    this.loop = new WorkLoop("audit-gauges", 1, config.every(), this::measure);
    Meters.gauge(metrics, MessagingMetrics.AUDIT_HEAD_AGE, () -> ages.head());
    Meters.gauge(metrics, MessagingMetrics.AUDIT_UNSEALED_AGE, () -> ages.unsealed());
    Meters.gauge(metrics, MessagingMetrics.AUDIT_BROKEN, () -> broken ? 1 : 0);
  }

  private record Ages(double head, double unsealed) {}

  void onStart(@Observes StartupEvent event) {
    if (!config.every().isZero()) {
      loop.start();
    }
  }

  void onStop(@Observes ShutdownEvent event) {
    loop.stop();
  }

  /** One round; blocks. Always 0: there is no more to do at once. */
  int measure() {
    Row row =
        pool.preparedQuery(AGES)
            .execute(Tuple.of(writer.value()))
            .await()
            .indefinitely()
            .iterator()
            .next();
    ages = new Ages(row.getDouble("head"), row.getDouble("unsealed"));
    verify();
    return 0;
  }

  private void verify() {
    boolean fromStart = System.nanoTime() - fromStartDue >= 0;
    if (broken && !fromStart) {
      return;
    }
    AuditVerdict verdict =
        (fromStart ? verifier.verify() : verifier.verifyAfter(verified)).await().indefinitely();
    if (!verdict.intact() && !broken) {
      LOG.errorf(
          "event=audit-broken writer=%s finding=\"%s\"", writer.value(), verdict.findings().get(0));
    }
    broken = !verdict.intact();
    verified = verdict.head();
    if (fromStart || broken) {
      Duration pause = broken ? WHILE_BROKEN : config.auditFromStartEvery();
      fromStartDue = System.nanoTime() + pause.toNanos();
    }
  }
}
