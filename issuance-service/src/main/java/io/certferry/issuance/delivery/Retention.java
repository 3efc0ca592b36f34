package io.certferry.issuance.delivery;

import io.certferry.contracts.event.RequestState;
import io.certferry.issuance.key.DayKeySweep;
import io.certferry.issuance.request.Advance;
import io.certferry.issuance.request.RequestConfig;
import io.certferry.issuance.request.RequestRow;
import io.certferry.issuance.request.RequestStore;
import io.certferry.issuance.request.Stage;
import io.certferry.issuance.request.Stages;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.Outbox;
import io.certferry.messaging.WorkLoop;
import io.certferry.messaging.crash.CrashPoint;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Destroys what nobody needs any more: the wrapped key and the package's bytes, after the retention
 * time for what is installed and at once for what has ended without. With the last key of a past
 * day its day key goes too, and no backup can bring one back.
 */
@Singleton
class Retention {

  private static final int LIMIT = 200;

  private static final String CLAIM = RequestStore.claimWith("", "");

  private static final String DESTROY_KEYS =
      """
      update request_key set wrapped = null
      where request_id = any($1) and wrapped is not null
      returning request_id, day_key, spki_sha256
      """;

  private static final String DESTROY_PACKAGES =
      """
      with gone as (
        update package set state = case when state = 'WITHDRAWN' then state else 'DESTROYED' end
        where request_id = any($1) returning package_id),
      dropped as (delete from redelivery where request_id = any($1))
      update package_form f set content = null from gone
      where f.package_id = gone.package_id and f.content is not null
      """;

  /** A request that is being revoked while its certificate is still awaited is asked after. */
  private static final String REST =
      """
      update request r set lease_owner = null, lease_until = null,
        lease_epoch = lease_epoch + 1, tries = 0, destroyed_at = now(), next_attempt_at = now(),
        stage = case when r.state = 'REVOKING' and r.submitted_at is not null
          and not exists (select from issued i where i.request_id = r.request_id) then 'WATCH' end
      where r.request_id = any($1)
      """;

  private final Pool pool;
  private final RequestStore requests;
  private final AuditTrail audit;
  private final Outbox outbox;
  private final DayKeySweep dayKeys;
  private final RequestConfig config;

  Retention(
      Pool pool,
      RequestStore requests,
      AuditTrail audit,
      Outbox outbox,
      DayKeySweep dayKeys,
      RequestConfig config) {
    this.pool = pool;
    this.requests = requests;
    this.audit = audit;
    this.outbox = outbox;
    this.dayKeys = dayKeys;
    this.config = config;
  }

  void start(@Observes StartupEvent event, Stages stages) {
    stages.run(Stage.DESTROY, new WorkLoop("retention", 1, config.watchEvery(), this::step));
  }

  /** Claims some and destroys; blocks. */
  int step() {
    List<RequestRow> due = requests.claim(CLAIM, Stage.DESTROY, LIMIT, RequestRow::of);
    if (!due.isEmpty()) {
      pool.withTransaction(tx -> write(tx, due)).await().indefinitely();
      CrashPoint.ISSUANCE_DESTROY_AFTER_COMMIT.hit();
      outbox.nudge();
      dayKeys.sweep();
    }
    return due.size();
  }

  private Uni<Void> write(SqlConnection tx, List<RequestRow> due) {
    return requests
        .hold(tx, due)
        .flatMap(held -> destroy(tx, due.stream().filter(row -> isHeld(held, row)).toList()))
        .invoke(CrashPoint.ISSUANCE_DESTROY_BEFORE_COMMIT::hit);
  }

  private static boolean isHeld(Set<UUID> held, RequestRow row) {
    return held.contains(row.requestId());
  }

  private Uni<Void> destroy(SqlConnection tx, List<RequestRow> rows) {
    List<RequestRow> installed =
        rows.stream().filter(row -> row.state() == RequestState.INSTALLED).toList();
    List<RequestRow> ended =
        rows.stream().filter(row -> row.state() != RequestState.INSTALLED).toList();
    return tx.preparedQuery(DESTROY_KEYS)
        .execute(ids(rows))
        .flatMap(keys -> audit.append(tx, entries(rows, keys)))
        .chain(() -> tx.preparedQuery(DESTROY_PACKAGES).execute(ids(rows)))
        .chain(() -> tx.preparedQuery(REST).execute(ids(ended)))
        .chain(
            () ->
                requests.advance(
                    tx,
                    installed.stream()
                        .map(row -> Advance.to(row, RequestState.KEY_DESTROYED))
                        .toList()))
        .replaceWithVoid();
  }

  private static Tuple ids(List<RequestRow> rows) {
    return Tuple.of((Object) rows.stream().map(RequestRow::requestId).toArray(UUID[]::new));
  }

  private static List<AuditEntry> entries(List<RequestRow> rows, Iterable<Row> keys) {
    Map<UUID, String> tenants =
        rows.stream()
            .collect(Collectors.toMap(RequestRow::requestId, row -> row.naturalKey().tenant()));
    List<AuditEntry> entries = new ArrayList<>();
    for (Row key : keys) {
      UUID requestId = key.getUUID("request_id");
      entries.add(
          new AuditEntry(
              tenants.getOrDefault(requestId, "-"),
              "key.destroyed",
              "issuance-service",
              "request/" + requestId,
              Map.of(
                  "spkiSha256", key.getString("spki_sha256"),
                  "dayKey", key.getString("day_key"))));
    }
    return entries;
  }
}
