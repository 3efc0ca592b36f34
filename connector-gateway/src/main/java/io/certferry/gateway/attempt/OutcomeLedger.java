package io.certferry.gateway.attempt;

import io.certferry.contracts.ContractJson;
import io.certferry.contracts.EventTypes;
import io.certferry.contracts.Topics;
import io.certferry.gateway.batch.GroupCommit;
import io.certferry.gateway.command.ClaimedCommand;
import io.certferry.gateway.command.CommandId;
import io.certferry.gateway.command.CommandKind;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.OutboundEvent;
import io.certferry.messaging.Outbox;
import io.certferry.messaging.crash.CrashPoint;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Writes the evidence: outcomes, certificates, result events and audit in one transaction for as
 * many commands as have an outcome at that moment. A result whose lease epoch is no longer the
 * row's changes no state by itself; see {@link LateResults}.
 */
@ApplicationScoped
class OutcomeLedger {

  private static final Logger LOG = Logger.getLogger(OutcomeLedger.class);

  private static final String FENCE =
      """
      select c.kind, c.id from ca_command c
      join unnest($1::text[], $2::uuid[], $3::bigint[]) as n (kind, id, epoch) using (kind, id)
      where c.lease_epoch = n.epoch and c.state in ('CLAIMED', 'SUBMITTING')
      order by c.kind, c.id
      for update of c
      """;

  private static final String UPDATE =
      """
      update ca_command c
      set state = v.state, action = v.action, failures = v.failures, wrong_answers = v.wrong_answers,
          next_attempt_at = case when v.state = 'WAITING' then now() + make_interval(secs => v.delay) end,
          lease_owner = null, lease_until = null,
          ca_request_id = coalesce(v.ca_request_id, c.ca_request_id),
          unknown_since = case when v.unknown then coalesce(c.unknown_since, now()) end,
          pending_since = case when v.pending then coalesce(c.pending_since, now()) end,
          absence_counts_from = case when v.absence_after is null then c.absence_counts_from
                                     else now() + make_interval(secs => v.absence_after) end,
          may_duplicate = v.may_duplicate,
          finished_at = case when v.state = 'DONE' then now() end,
          result_type = coalesce(v.result_type, c.result_type), result = coalesce(v.result, c.result)
      from unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::float8[], $6::int[], $7::int[], $8::text[],
                  $9::bool[], $10::bool[], $11::float8[], $12::bool[], $13::text[], $14::bytea[])
        as v (kind, id, state, action, delay, failures, wrong_answers, ca_request_id, unknown, pending, absence_after,
              may_duplicate, result_type, result)
      where c.kind = v.kind and c.id = v.id
      """;

  private static final String UPDATE_ATTEMPTS =
      """
      update attempt a
      set outcome = v.outcome, outcome_code = v.code, outcome_at = now(), ca_request_id = coalesce(v.ca_request_id, a.ca_request_id)
      from unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[]) as v (request_id, attempt_no, outcome, code, ca_request_id)
      where a.request_id = v.request_id and a.attempt_no = v.attempt_no
      """;

  private static final String REVOKED =
      """
      update certificate c set revoked_at = coalesce(c.revoked_at, v.at)
      from unnest($1::text[], $2::text[], $3::timestamptz[]) as v (issuer, serial, at)
      where c.issuer = v.issuer and c.serial = v.serial
      """;

  private final Pool pool;
  private final Outbox outbox;
  private final AuditTrail audit;
  private final CertificateLedger certificates;
  private final LateResults late;
  private final OutcomeAudit entries;
  private final GroupCommit<Recorded, Boolean> group;

  OutcomeLedger(
      Pool pool,
      Outbox outbox,
      AuditTrail audit,
      CertificateLedger certificates,
      LateResults late,
      OutcomeAudit entries,
      AttemptConfig config) {
    this.pool = pool;
    this.outbox = outbox;
    this.audit = audit;
    this.certificates = certificates;
    this.late = late;
    this.entries = entries;
    this.group = new GroupCommit<>("gateway-outcomes", config.outcomeGroup(), this::commit);
  }

  /**
   * Hands a verdict over; the future tells, after the commit, whether it took effect or came too
   * late.
   */
  CompletableFuture<Boolean> record(Recorded recorded) {
    return group.submit(recorded);
  }

  @PreDestroy
  void close() {
    group.close();
  }

  private List<Boolean> commit(List<Recorded> records) {
    List<Boolean> effects =
        Patience.of(LOG, "outcomes")
            .call(() -> pool.withTransaction(tx -> write(tx, records)).await().indefinitely());
    CrashPoint.GATEWAY_OUTCOME_AFTER_COMMIT.hit();
    outbox.nudge();
    return effects;
  }

  private Uni<List<Boolean>> write(SqlConnection tx, List<Recorded> records) {
    return fence(tx, records)
        .chain(
            owned -> {
              List<Recorded> timely = select(records, owned, true);
              List<Recorded> stale = select(records, owned, false);
              return certificates
                  .keep(tx, timely)
                  .chain(accepted -> apply(tx, accepted))
                  .chain(() -> late.take(tx, stale))
                  .replaceWith(
                      records.stream().map(r -> owned.contains(r.claimed().id())).toList());
            });
  }

  private static List<Recorded> select(
      List<Recorded> records, Set<CommandId> owned, boolean wanted) {
    return records.stream().filter(r -> owned.contains(r.claimed().id()) == wanted).toList();
  }

  private static Uni<Set<CommandId>> fence(SqlConnection tx, List<Recorded> records) {
    var columns =
        Columns.of(records)
            .text(r -> r.claimed().id().kind().name())
            .uuid(r -> r.claimed().id().id())
            .bigint(r -> r.claimed().epoch());
    return tx.preparedQuery(FENCE).execute(columns.tuple()).map(OutcomeLedger::ids);
  }

  private Uni<Void> apply(SqlConnection tx, List<Recorded> records) {
    if (records.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.preparedQuery(UPDATE)
        .execute(columns(records).tuple())
        .chain(() -> attempts(tx, records))
        .chain(() -> revocations(tx, records))
        .chain(() -> certificates.surplus(tx, records))
        .chain(() -> outbox.append(tx, events(records)))
        .chain(
            () -> audit.append(tx, records.stream().flatMap(r -> entries.of(r).stream()).toList()));
  }

  private static Columns<Recorded> columns(List<Recorded> records) {
    return Columns.of(records)
        .text(r -> r.claimed().id().kind().name())
        .uuid(r -> r.claimed().id().id())
        .text(r -> r.verdict().state().name())
        .text(r -> r.verdict().action().name())
        .number(r -> r.verdict().delay().toMillis() / 1000.0)
        .integer(r -> r.verdict().failures())
        .integer(r -> r.verdict().wrongAnswers())
        .text(r -> r.verdict().caRequestId())
        .flag(r -> r.verdict().unknown())
        .flag(r -> r.verdict().pending())
        .number(OutcomeLedger::absenceAfter)
        .flag(r -> r.verdict().mayDuplicate())
        .text(r -> resultType(r.verdict()))
        .bytes(r -> result(r.verdict()));
  }

  private static @Nullable Double absenceAfter(Recorded recorded) {
    var after = recorded.verdict().absenceCountsAfter();
    return after == null ? null : after.toMillis() / 1000.0;
  }

  private static @Nullable String resultType(Verdict verdict) {
    return verdict.result() == null ? null : EventTypes.nameOf(verdict.result());
  }

  private static byte @Nullable [] result(Verdict verdict) {
    return verdict.result() == null ? null : ContractJson.write(verdict.result());
  }

  private static Uni<Void> attempts(SqlConnection tx, List<Recorded> records) {
    List<Recorded> about =
        records.stream()
            .filter(r -> r.attempt() > 0 && r.verdict().attemptOutcome() != null)
            .toList();
    if (about.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    var columns =
        Columns.of(about)
            .uuid(r -> r.claimed().command().requestId())
            .integer(Recorded::attempt)
            .text(r -> r.verdict().attemptOutcome())
            .text(r -> r.verdict().attemptCode())
            .text(r -> r.verdict().caRequestId());
    return tx.preparedQuery(UPDATE_ATTEMPTS).execute(columns.tuple()).replaceWithVoid();
  }

  private static Uni<Void> revocations(SqlConnection tx, List<Recorded> records) {
    List<io.certferry.contracts.event.CaResult.CertificateRevoked> revoked = new ArrayList<>();
    for (Recorded recorded : records) {
      if (recorded.verdict().result()
          instanceof io.certferry.contracts.event.CaResult.CertificateRevoked event) {
        revoked.add(event);
      }
    }
    if (revoked.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    var columns =
        Columns.of(revoked).text(e -> e.issuer()).text(e -> e.serial()).time(e -> e.revokedAt());
    return tx.preparedQuery(REVOKED).execute(columns.tuple()).replaceWithVoid();
  }

  private static List<OutboundEvent> events(List<Recorded> records) {
    return records.stream()
        .filter(r -> !r.claimed().internal())
        .flatMap(r -> event(r.claimed(), r.verdict().result()))
        .toList();
  }

  static Stream<OutboundEvent> event(ClaimedCommand claimed, @Nullable Object result) {
    return result == null
        ? Stream.empty()
        : Stream.of(
            new OutboundEvent(
                claimed.tenant(),
                Topics.CA_RESULTS,
                claimed.command().requestId().toString(),
                result,
                claimed.cause()));
  }

  private static Set<CommandId> ids(RowSet<Row> rows) {
    Set<CommandId> ids = new HashSet<>();
    rows.forEach(
        row ->
            ids.add(new CommandId(CommandKind.valueOf(row.getString("kind")), row.getUUID("id"))));
    return ids;
  }
}
