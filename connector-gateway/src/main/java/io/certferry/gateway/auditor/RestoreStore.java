package io.certferry.gateway.auditor;

import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Restores and how far each CA's comparison after them is. Blocking. */
@ApplicationScoped
class RestoreStore {

  /**
   * What was open then is looked for at the CA before it is submitted; what was sent already is.
   */
  private static final String BEGIN =
      """
      with begun as (
        insert into restore_reconciliation (restore_id, ca_id)
        select r.id, $1 from restore r
        where not exists (select 1 from restore_reconciliation c where c.restore_id = r.id and c.ca_id = $1)
        on conflict do nothing
        returning restore_id
      )
      update ca_command c
      set search_first = true, absence_counts_from = r.declared_at + make_interval(secs => $2)
      from begun join restore r on r.id = begun.restore_id
      where c.ca_id = $1 and c.kind = 'SUBMIT' and c.action = 'SUBMIT' and c.state <> 'DONE'
        and c.received_at <= r.declared_at
      """;

  private static final String ALL =
      """
      select r.id, r.restored_to, r.declared_at, c.audit_id, c.hindrance, c.settled_at, c.settled_by, c.reason
      from restore r left join restore_reconciliation c on c.restore_id = r.id and c.ca_id = $1
      """;

  private static final String LIST = ALL + " order by r.declared_at desc";

  /** One connector at a time. */
  private static final String CLAIM =
      """
      update restore_reconciliation c set looked_at = now()
      from (select c.restore_id from restore_reconciliation c join restore r on r.id = c.restore_id
            where c.ca_id = $1 and c.settled_at is null
              and (c.looked_at is null or c.looked_at < now() - make_interval(secs => $2))
            order by r.declared_at limit 1 for update of c skip locked) next
      join restore r on r.id = next.restore_id
      where c.restore_id = next.restore_id and c.ca_id = $1
      returning r.id, r.restored_to, r.declared_at, c.audit_id, c.hindrance, c.settled_at, c.settled_by, c.reason
      """;

  private static final String NOTE =
      """
      update restore_reconciliation set audit_id = coalesce($3, audit_id), hindrance = $4
      where restore_id = $1 and ca_id = $2 and settled_at is null
      """;

  private static final String SETTLE =
      """
      update restore_reconciliation set settled_at = now(), settled_by = $3, reason = $4, hindrance = null
      where restore_id = $1 and ca_id = $2 and settled_at is null
      """;

  private static final String HELD = "select issuance_held($1)";

  private final Pool pool;
  private final AuditTrail trail;

  RestoreStore(Pool pool, AuditTrail trail) {
    this.pool = pool;
    this.trail = trail;
  }

  /**
   * Takes up what was declared since.
   *
   * @param maxInFlight of the CA: a call from before may reach its ledger for so long
   */
  void begin(String caId, Duration maxInFlight) {
    execute(BEGIN, Tuple.of(caId, maxInFlight.toMillis() / 1000.0));
  }

  /** The oldest that holds a CA, unless somebody looked at it within the pause. */
  Optional<Restore> claim(String caId, Duration pause) {
    return restores(execute(CLAIM, Tuple.of(caId, pause.toMillis() / 1000.0))).stream().findFirst();
  }

  List<Restore> list(String caId) {
    return restores(execute(LIST, Tuple.of(caId)));
  }

  boolean isHeld(String caId) {
    return execute(HELD, Tuple.of(caId)).iterator().next().getBoolean(0);
  }

  void note(UUID id, String caId, @Nullable UUID audit, String hindrance) {
    execute(NOTE, Tuple.of(id, caId, audit, hindrance));
  }

  /** The list was compared and nothing is wrong. */
  void settle(UUID id, String caId, String actor, String reason) {
    execute(SETTLE, Tuple.of(id, caId, actor, reason));
  }

  /** Somebody answers for it; false if it was settled before. */
  boolean confirm(UUID id, String caId, String tenant, String actor, String reason) {
    AuditEntry entry =
        new AuditEntry(
            tenant,
            "ca.restore-confirmed",
            actor,
            "ca/" + caId,
            Map.of("restore", id.toString(), "reason", reason));
    return pool.withTransaction(
            tx ->
                tx.preparedQuery(SETTLE)
                    .execute(Tuple.of(id, caId, actor, reason))
                    .call(
                        rows ->
                            trail.append(tx, rows.rowCount() == 0 ? List.of() : List.of(entry))))
        .map(rows -> rows.rowCount() > 0)
        .await()
        .indefinitely();
  }

  private RowSet<Row> execute(String sql, Tuple parameters) {
    return pool.preparedQuery(sql).execute(parameters).await().indefinitely();
  }

  private static List<Restore> restores(RowSet<Row> rows) {
    return StreamSupport.stream(rows.spliterator(), false).map(RestoreStore::restore).toList();
  }

  private static Restore restore(Row row) {
    return new Restore(
        row.getUUID("id"),
        row.getOffsetDateTime("restored_to").toInstant(),
        row.getOffsetDateTime("declared_at").toInstant(),
        row.getUUID("audit_id"),
        row.getString("hindrance"),
        instant(row.getOffsetDateTime("settled_at")),
        row.getString("settled_by"),
        row.getString("reason"));
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }
}
