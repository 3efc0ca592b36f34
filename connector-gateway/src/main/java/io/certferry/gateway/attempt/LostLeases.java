package io.certferry.gateway.attempt;

import io.certferry.contracts.ContractJson;
import io.certferry.contracts.EventTypes;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.CaCommand.SubmitCsr;
import io.certferry.contracts.event.CaResult.OutcomeUnknown;
import io.certferry.messaging.Cause;
import io.certferry.messaging.OutboundEvent;
import io.certferry.messaging.Outbox;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Rows whose worker is gone: paused, killed or cut off. Where nothing was sent they are simply
 * ready again; where a submission may be under way the outcome is unknown from now on. Raises the
 * epoch, so that a late result is known for one. Blocking.
 */
@ApplicationScoped
class LostLeases {

  /** Absence counts from now: every call of a lost lease began before the lease was over. */
  private static final String RELEASE =
      """
      with lost as (
        select kind, id, state, unknown_since is null as first_time from ca_command
        where state in ('CLAIMED', 'SUBMITTING') and lease_until < now() and ca_id = $1
        order by lease_until limit 500
        for update skip locked
      )
      update ca_command c
      set state = 'READY', lease_owner = null, lease_until = null, lease_epoch = c.lease_epoch + 1,
          action = case when lost.state = 'SUBMITTING' then 'RECONCILE' else c.action end,
          unknown_since = case when lost.state = 'SUBMITTING' then coalesce(c.unknown_since, now()) else c.unknown_since end,
          absence_counts_from = case when lost.state = 'SUBMITTING' then now() + make_interval(secs => $2)
                                     else c.absence_counts_from end
      from lost
      where c.kind = lost.kind and c.id = lost.id
      returning c.id, c.tenant, c.attempts, c.payload, c.correlation_id, c.causation_id, c.traceparent,
                lost.state = 'SUBMITTING' as submitting, lost.first_time
      """;

  private static final String ATTEMPTS =
      """
      update attempt a set outcome = 'unknown', outcome_code = 'lease-lost', outcome_at = now()
      from unnest($1::uuid[], $2::int[]) as n (request_id, attempt_no)
      where a.request_id = n.request_id and a.attempt_no = n.attempt_no and a.outcome = 'submitting'
      """;

  private static final String RECORD =
      """
      update ca_command c set result_type = n.type, result = n.result
      from unnest($1::uuid[], $2::text[], $3::bytea[]) as n (id, type, result)
      where c.kind = 'SUBMIT' and c.id = n.id
      """;

  private final Pool pool;
  private final Outbox outbox;
  private final InstantSource clock;

  LostLeases(Pool pool, Outbox outbox, InstantSource clock) {
    this.pool = pool;
    this.outbox = outbox;
    this.clock = clock;
  }

  private record Lost(
      UUID id, String tenant, int attempt, SubmitCsr command, Cause cause, boolean firstTime) {}

  /**
   * Releases what is lost at one CA.
   *
   * @param maxInFlight of that CA
   * @return how many rows
   */
  int release(String caId, Duration maxInFlight) {
    int released =
        pool.withTransaction(tx -> release(tx, caId, maxInFlight)).await().indefinitely();
    if (released > 0) {
      outbox.nudge();
    }
    return released;
  }

  private Uni<Integer> release(SqlConnection tx, String caId, Duration maxInFlight) {
    return tx.preparedQuery(RELEASE)
        .execute(Tuple.of(caId, maxInFlight.toMillis() / 1000.0))
        .chain(rows -> settle(tx, caId, rows).replaceWith(rows.rowCount()));
  }

  private Uni<Void> settle(SqlConnection tx, String caId, RowSet<Row> rows) {
    List<Lost> submitting = submitting(rows);
    if (submitting.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<Lost> announced = submitting.stream().filter(Lost::firstTime).toList();
    return tx.preparedQuery(ATTEMPTS)
        .execute(Columns.of(submitting).uuid(Lost::id).integer(Lost::attempt).tuple())
        .chain(() -> announce(tx, caId, announced));
  }

  private Uni<Void> announce(SqlConnection tx, String caId, List<Lost> lost) {
    if (lost.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<OutboundEvent> events = lost.stream().map(row -> event(caId, row)).toList();
    var columns =
        Columns.of(events)
            .uuid(event -> ((OutcomeUnknown) event.payload()).requestId())
            .text(event -> EventTypes.nameOf(event.payload()))
            .bytes(event -> ContractJson.write(event.payload()));
    return tx.preparedQuery(RECORD).execute(columns.tuple()).chain(() -> outbox.append(tx, events));
  }

  private OutboundEvent event(String caId, Lost lost) {
    OutcomeUnknown unknown =
        new OutcomeUnknown(
            lost.id(),
            caId,
            lost.command().naturalKey(),
            lost.attempt(),
            "lease-lost",
            "The connector that submitted is gone; another is finding out.",
            clock.instant());
    return new OutboundEvent(
        lost.tenant(), Topics.CA_RESULTS, lost.id().toString(), unknown, lost.cause());
  }

  private static List<Lost> submitting(RowSet<Row> rows) {
    List<Lost> lost = new ArrayList<>();
    for (Row row : rows) {
      if (row.getBoolean("submitting")) {
        lost.add(lost(row));
      }
    }
    return lost;
  }

  private static Lost lost(Row row) {
    return new Lost(
        row.getUUID("id"),
        row.getString("tenant"),
        row.getInteger("attempts"),
        ContractJson.read(row.getBuffer("payload").getBytes(), SubmitCsr.class),
        new Cause(
            row.getString("correlation_id"),
            row.getString("causation_id"),
            row.getString("traceparent")),
        row.getBoolean("first_time"));
  }
}
