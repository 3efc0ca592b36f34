package io.certferry.issuance.packaging;

import io.certferry.contracts.event.RequestState;
import io.certferry.contracts.grant.Grant;
import io.certferry.issuance.grant.GrantCheck;
import io.certferry.issuance.grant.GrantVerdict;
import io.certferry.issuance.packaging.PackageClaim.Material;
import io.certferry.issuance.packaging.PackageStore.Offer;
import io.certferry.issuance.request.Advance;
import io.certferry.issuance.request.RequestConfig;
import io.certferry.issuance.request.RequestRow;
import io.certferry.issuance.request.RequestStore;
import io.certferry.issuance.request.Withdrawals;
import io.certferry.issuance.rows.Cells;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.Cause;
import io.certferry.messaging.EventIds;
import io.certferry.messaging.Outbox;
import io.certferry.packaging.DevicePackages;
import io.certferry.packaging.DevicePackages.Built;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * A device that has another key now: while the wrapped key exists, the same certificate goes into a
 * new package for the new key, and the old package is withdrawn. A request that is not packaged yet
 * only learns the new key.
 */
@Singleton
class Redelivery {

  private static final Logger LOG = Logger.getLogger(Redelivery.class);

  private static final String CLAIM =
      """
      with due as (
        select request_id from redelivery where next_attempt_at <= now()
        order by next_attempt_at limit 8 for update skip locked),
      claimed as (
        update redelivery d set tries = d.tries + 1, next_attempt_at = now() + make_interval(secs => $1)
        from due where d.request_id = due.request_id returning d.*),
      c as (select r.* from request r join claimed using (request_id))
      select c.*, claimed.grant_jws as new_grant, claimed.device_certificate as new_certificate,
        claimed.correlation_id as new_correlation_id, claimed.causation_id as new_causation_id,
        claimed.traceparent as new_traceparent %s
      from c join claimed using (request_id) %s
      """
          .formatted(PackageClaim.COLUMNS, PackageClaim.JOINS);

  /** Fences a worker that packages for the old key at this moment. */
  private static final String LEARN =
      """
      with g as (
        update request_grant set delivery_grant_jws = $2, delivery_certificate = $3 where request_id = $1),
      d as (delete from redelivery where request_id = $1 and grant_jws = $2)
      update request set lease_epoch = lease_epoch + 1,
        next_attempt_at = case when stage = 'PACKAGE' then now() else next_attempt_at end
      where request_id = $1
      """;

  private static final String DROP =
      "delete from redelivery where request_id = $1 and grant_jws = $2";

  private final Pool pool;
  private final GrantCheck grants;
  private final PackageWork work;
  private final RequestStore requests;
  private final PackageStore packages;
  private final Withdrawals withdrawals;
  private final AuditTrail audit;
  private final Outbox outbox;
  private final RequestConfig config;

  Redelivery(
      Pool pool,
      GrantCheck grants,
      PackageWork work,
      RequestStore requests,
      PackageStore packages,
      Withdrawals withdrawals,
      AuditTrail audit,
      Outbox outbox,
      RequestConfig config) {
    this.pool = pool;
    this.grants = grants;
    this.work = work;
    this.requests = requests;
    this.packages = packages;
    this.withdrawals = withdrawals;
    this.audit = audit;
    this.outbox = outbox;
    this.config = config;
  }

  private record Wanted(
      PackageClaim claim, String grantJws, byte[] deviceCertificate, Cause cause) {
    static Wanted of(Row row) {
      return new Wanted(
          PackageClaim.of(row),
          row.getString("new_grant"),
          Cells.bytes(row, "new_certificate"),
          new Cause(
              row.getString("new_correlation_id"),
              row.getString("new_causation_id"),
              row.getString("new_traceparent")));
    }

    RequestRow row() {
      return claim.row();
    }
  }

  /** Claims some and works on them; blocks. */
  int step() {
    List<Wanted> wanted =
        pool
            .preparedQuery(CLAIM)
            .execute(Tuple.of(config.lease().toMillis() / 1000.0))
            .await()
            .indefinitely()
            .stream()
            .map(Wanted::of)
            .toList();
    wanted.forEach(this::redeliver);
    outbox.nudge();
    return wanted.size();
  }

  private void redeliver(Wanted wanted) {
    RequestRow row = wanted.row();
    GrantVerdict verdict =
        grants.check(
            wanted.grantJws(),
            row.requestId(),
            row.naturalKey(),
            row.kind(),
            wanted.deviceCertificate());
    if (!(verdict instanceof GrantVerdict.Trusted trusted)) {
      LOG.warnf(
          "event=redelivery-refused tenant=%s requestId=%s",
          row.naturalKey().tenant(), row.requestId());
      drop(wanted, "redelivery.refused");
    } else if (isPackaged(row.state())) {
      again(wanted, trusted.grant());
    } else if (row.state() == RequestState.KEY_DESTROYED) {
      drop(wanted, "redelivery.too-late");
    } else {
      learn(wanted);
    }
  }

  private static boolean isPackaged(RequestState state) {
    return state == RequestState.OFFERED || state == RequestState.INSTALLED;
  }

  private void drop(Wanted wanted, String action) {
    commit(
        tx ->
            tx.preparedQuery(DROP)
                .execute(Tuple.of(wanted.row().requestId(), wanted.grantJws()))
                .chain(() -> record(tx, wanted, action)));
  }

  private void learn(Wanted wanted) {
    commit(
        tx ->
            requests
                .lock(tx, List.of(wanted.row().requestId()))
                .flatMap(
                    rows ->
                        isUnchanged(wanted, rows.get(wanted.row().requestId()))
                            ? store(tx, wanted)
                                .chain(() -> record(tx, wanted, "redelivery.device-key-learned"))
                            : Uni.createFrom().voidItem()));
  }

  private void again(Wanted wanted, Grant grant) {
    Material material = wanted.claim().material();
    boolean roots = wanted.row().kind().equals(RequestRow.TRUSTED_ROOT);
    if (!roots && material == null) {
      drop(wanted, "redelivery.too-late");
      return;
    }
    Built built =
        material == null
            ? DevicePackages.roots(EventIds.next(), grant, wanted.deviceCertificate())
            : work.again(wanted.row(), material, grant, wanted.deviceCertificate());
    commit(
        tx ->
            requests
                .lock(tx, List.of(wanted.row().requestId()))
                .flatMap(
                    rows ->
                        isUnchanged(wanted, rows.get(wanted.row().requestId()))
                            ? replace(tx, wanted, grant, built)
                            : Uni.createFrom().voidItem()));
  }

  /** If the request moved meanwhile the row stays and is looked at again. */
  private static boolean isUnchanged(
      Wanted wanted, @org.jspecify.annotations.Nullable RequestRow now) {
    return now != null && now.version() == wanted.row().version();
  }

  private Uni<Void> replace(SqlConnection tx, Wanted wanted, Grant grant, Built built) {
    RequestRow row = wanted.row();
    Material material = wanted.claim().material();
    Advance advance =
        Advance.to(row, RequestState.OFFERED)
            .about(row.caId(), grant.device().platform())
            .with(material == null ? null : PackageWork.facts(material));
    return withdrawals
        .withdraw(tx, List.of(row.requestId()), "device-key-changed", wanted.cause())
        .chain(() -> packages.offer(tx, List.of(new Offer(row, built))))
        .chain(() -> store(tx, wanted))
        .chain(() -> requests.advance(tx, List.of(advance)))
        .chain(() -> record(tx, wanted, "redelivery.offered"));
  }

  private static Uni<Void> store(SqlConnection tx, Wanted wanted) {
    return tx.preparedQuery(LEARN)
        .execute(
            Tuple.of(
                wanted.row().requestId(),
                wanted.grantJws(),
                Buffer.buffer(wanted.deviceCertificate())))
        .replaceWithVoid();
  }

  private Uni<Void> record(SqlConnection tx, Wanted wanted, String action) {
    return audit.append(
        tx,
        List.of(
            new AuditEntry(
                wanted.row().naturalKey().tenant(),
                action,
                "issuance-service",
                wanted.row().auditSubject(),
                Map.of("deviceId", wanted.row().naturalKey().deviceId()))));
  }

  private void commit(java.util.function.Function<SqlConnection, Uni<Void>> effect) {
    pool.withTransaction(effect).await().indefinitely();
  }
}
