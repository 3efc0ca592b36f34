package io.certferry.pfximport.delivery;

import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.Lease;
import io.certferry.messaging.Outbox;
import io.certferry.messaging.WorkLoop;
import io.certferry.messaging.crash.CrashPoint;
import io.certferry.pfximport.delivery.IssuanceClient.Answer;
import io.certferry.pfximport.delivery.Outcome.Failed;
import io.certferry.pfximport.delivery.Outcome.ImportFailed;
import io.certferry.pfximport.delivery.Outcome.Later;
import io.certferry.pfximport.delivery.Outcome.Packaged;
import io.certferry.pfximport.delivery.Outcome.Stalled;
import io.certferry.pfximport.imported.Custody;
import io.certferry.pfximport.imported.Custody.Holding;
import io.certferry.pfximport.imported.Imports;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Works on deliveries: claims some in turns between users, opens and packages, commits, hands over,
 * commits. A worker that died leaves rows whose claim ends; what it had committed is not done
 * again.
 */
@Singleton
class DeliveryStage {

  private static final Logger LOG = Logger.getLogger(DeliveryStage.class);

  private final DeliveryTable table;
  private final PackageWork work;
  private final IssuanceClient issuance;
  private final Custody custody;
  private final Imports imports;
  private final Pool pool;
  private final Outbox outbox;
  private final AuditTrail audit;
  private final DeliveryMetrics metrics;
  private final DeliveryConfig config;
  private final InstantSource clock;
  private final Lease lease;
  private final WorkLoop loop;

  DeliveryStage(
      DeliveryTable table,
      PackageWork work,
      IssuanceClient issuance,
      Custody custody,
      Imports imports,
      Pool pool,
      Outbox outbox,
      AuditTrail audit,
      DeliveryMetrics metrics,
      DeliveryConfig config,
      InstantSource clock) {
    this.table = table;
    this.work = work;
    this.issuance = issuance;
    this.custody = custody;
    this.imports = imports;
    this.pool = pool;
    this.outbox = outbox;
    this.audit = audit;
    this.metrics = metrics;
    this.config = config;
    this.clock = clock;
    this.lease = Lease.ofThisProcess(config.lease());
    this.loop = new WorkLoop("pfx-delivery", config.workers(), config.poll(), this::step);
  }

  void onStart(@Observes StartupEvent event) {
    loop.start();
  }

  void onStop(@Observes ShutdownEvent event) {
    loop.stop();
  }

  void nudge() {
    loop.nudge();
  }

  /** Claims some and works on them; the number of them. Blocks. */
  int step() {
    List<Delivery> claimed = table.claim(config.claim(), lease);
    if (claimed.isEmpty()) {
      return 0;
    }
    Map<UUID, Holding> holdings =
        custody.holdings(claimed.stream().map(Delivery::importId).distinct().toList());
    claimed.forEach(delivery -> processAlone(delivery, holdings));
    outbox.nudge();
    return claimed.size();
  }

  /** What fails here waits for the end of its claim; the others do not wait with it. */
  private void processAlone(Delivery delivery, Map<UUID, Holding> holdings) {
    try {
      process(delivery, holdings);
    } catch (RuntimeException e) {
      LOG.errorf(
          e,
          "event=delivery-interrupted tenant=%s requestId=%s",
          delivery.naturalKey().tenant(),
          delivery.requestId());
    }
  }

  private void process(Delivery delivery, Map<UUID, Holding> holdings) {
    if (delivery.tries() > config.tries()) {
      fail(delivery, "cannot-be-processed", "no try came to an end");
      return;
    }
    byte[] body = delivery.packageBody();
    if (delivery.state() == Delivery.State.PACKAGED && body != null) {
      handOver(delivery, body);
    } else {
      settle(delivery, work.work(delivery, holdings.get(delivery.importId())));
    }
  }

  private void settle(Delivery delivery, Outcome outcome) {
    if (outcome instanceof Packaged packaged) {
      settle(delivery, packaged);
    } else if (outcome instanceof ImportFailed failed) {
      failImport(delivery, failed);
    } else if (outcome instanceof Failed failed) {
      fail(delivery, failed.reason(), failed.detail());
    } else if (outcome instanceof Stalled stalled) {
      await(table.stalled(pool, delivery, stalled.reason(), stalled.detail()));
    } else if (outcome instanceof Later later) {
      later(delivery, later.reason(), later.detail());
    }
  }

  private void settle(Delivery delivery, Packaged packaged) {
    boolean holds =
        pool.withTransaction(
                tx ->
                    table
                        .isUnchanged(tx, packaged.pfx().importId(), packaged.pfx().pfxSha256())
                        .chain(same -> same ? store(tx, delivery, packaged) : no())
                        .invoke(CrashPoint.PFX_PACKAGE_BEFORE_COMMIT::hit))
            .await()
            .indefinitely();
    CrashPoint.PFX_PACKAGE_AFTER_COMMIT.hit();
    if (holds) {
      handOver(delivery.packaged(packaged.packageId()), packaged.body());
    } else {
      later(delivery, "import-changed", "the import was changed meanwhile");
    }
  }

  private Uni<Boolean> store(SqlConnection tx, Delivery delivery, Packaged packaged) {
    return table
        .packaged(tx, delivery, packaged.packageId(), packaged.body(), packaged.pfx().version())
        .call(
            holds ->
                holds
                    ? imports.opened(
                        tx,
                        packaged.pfx(),
                        packaged.dates(),
                        delivery.naturalKey().deviceId(),
                        delivery.cause())
                    : no());
  }

  private static Uni<Boolean> no() {
    return Uni.createFrom().item(false);
  }

  private void handOver(Delivery delivery, byte[] body) {
    CrashPoint.PFX_HANDOVER_BEFORE_SEND.hit();
    Answer answer = issuance.put(delivery, body);
    CrashPoint.PFX_HANDOVER_AFTER_ANSWER.hit();
    if (answer instanceof Answer.Taken) {
      taken(delivery);
    } else if (answer instanceof Answer.Refused refused) {
      fail(delivery, refused.reason(), refused.detail());
    } else if (answer instanceof Answer.Unavailable unavailable) {
      later(delivery, "issuance-unavailable", unavailable.detail());
    }
  }

  private void taken(Delivery delivery) {
    Optional<Double> seconds =
        pool.withTransaction(
                tx ->
                    table
                        .handedOver(tx, delivery)
                        .call(
                            done ->
                                done.isPresent()
                                    ? recorded(tx, delivery, "package.handed-over", Map.of())
                                    : Uni.createFrom().voidItem()))
            .await()
            .indefinitely();
    CrashPoint.PFX_HANDOVER_AFTER_COMMIT.hit();
    seconds.ifPresent(metrics::handedOver);
  }

  private void failImport(Delivery delivery, ImportFailed failed) {
    commitFailure(
        delivery,
        failed.reason(),
        failed.detail(),
        tx -> imports.fail(tx, failed.pfx(), failed.reason(), failed.detail(), delivery.cause()));
  }

  private void fail(Delivery delivery, String reason, String detail) {
    commitFailure(delivery, reason, detail, tx -> Uni.createFrom().voidItem());
  }

  private void commitFailure(
      Delivery delivery,
      String reason,
      String detail,
      java.util.function.Function<SqlConnection, Uni<Void>> first) {
    LOG.warnf(
        "event=delivery-failed tenant=%s deviceId=%s requestId=%s reason=%s",
        delivery.naturalKey().tenant(),
        delivery.naturalKey().deviceId(),
        delivery.requestId(),
        reason);
    pool.withTransaction(
            tx ->
                first
                    .apply(tx)
                    .chain(() -> table.failed(tx, delivery, reason, detail, clock.instant()))
                    .chain(failed -> told(tx, failed)))
        .await()
        .indefinitely();
    metrics.failed(reason);
  }

  private Uni<Void> told(SqlConnection tx, Optional<Delivery> failed) {
    if (failed.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Delivery row = failed.get();
    return outbox
        .append(tx, List.of(row.failure(row.cause())))
        .chain(
            () ->
                recorded(
                    tx, row, "delivery.failed", Map.of("reason", String.valueOf(row.reason()))));
  }

  private Uni<Void> recorded(
      SqlConnection tx, Delivery delivery, String action, Map<String, String> more) {
    Map<String, String> facts = new java.util.TreeMap<>(more);
    facts.put("deviceId", delivery.naturalKey().deviceId());
    facts.put("importId", delivery.importId().toString());
    if (delivery.packageId() != null) {
      facts.put("packageId", delivery.packageId().toString());
    }
    return audit.append(
        tx,
        List.of(
            new AuditEntry(
                delivery.naturalKey().tenant(),
                action,
                "pfx-import-service",
                delivery.auditSubject(),
                facts)));
  }

  private void later(Delivery delivery, String reason, String detail) {
    await(table.later(pool, delivery, reason, detail, backoff(delivery.waits())));
  }

  /** Doubles from the first to the longest. */
  private Duration backoff(int waits) {
    long millis = config.firstBackoff().toMillis() << Math.min(waits, 20);
    return Duration.ofMillis(Math.min(millis, config.longestBackoff().toMillis()));
  }

  private static void await(Uni<?> uni) {
    uni.await().indefinitely();
  }
}
