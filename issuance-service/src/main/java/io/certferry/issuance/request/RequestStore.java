package io.certferry.issuance.request;

import io.certferry.contracts.event.RequestState;
import io.certferry.issuance.rows.Cells;
import io.certferry.issuance.rows.Columns;
import io.certferry.messaging.Lease;
import io.certferry.messaging.Outbox;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The rows of {@code request}: claimed, held and moved in batches. */
@Singleton
public class RequestStore {

  /**
   * The due rows are an array, since the planner takes an array for ten rows and reads what belongs
   * to them by index; for a limit that it does not know it takes a tenth of the table, and reads
   * the joined tables whole.
   */
  private static final String CLAIM =
      """
      with claimed as (
        update request r set
          lease_owner = $3,
          lease_until = now() + make_interval(secs => $4),
          next_attempt_at = now() + make_interval(secs => $4),
          lease_epoch = r.lease_epoch + 1,
          tries = r.tries + 1
        where r.request_id = any(array(
          select request_id from request
          where stage = $1 and next_attempt_at <= now()
          order by next_attempt_at limit $2 for update skip locked))
        returning r.*)
      select c.*%s from claimed c %s
      """;

  private static final String HOLD =
      """
      select r.request_id
      from request r join unnest($1::uuid[], $2::bigint[]) as c (request_id, epoch) using (request_id)
      where r.lease_epoch = c.epoch
      order by r.request_id for update of r
      """;

  private static final String LOCK =
      "select * from request where request_id = any($1) order by request_id for update";

  private static final String ADVANCE =
      """
      update request r set
        state = a.state,
        state_since = case when r.state = a.state then r.state_since else now() end,
        version = r.version + 1,
        reason = a.reason,
        detail = a.detail,
        ca_id = a.ca_id,
        platform = a.platform,
        attempt = greatest(r.attempt, a.attempt),
        stage = a.stage,
        next_attempt_at = now() + make_interval(secs => a.wait),
        deadline = now() + make_interval(secs => a.deadline),
        tries = 0,
        lease_owner = null,
        lease_until = null,
        lease_epoch = r.lease_epoch + 1,
        keyed_at = case when a.state in ('KEYED', 'SUBMITTING') then coalesce(r.keyed_at, now()) else r.keyed_at end,
        submitted_at = case when a.state = 'SUBMITTING' then coalesce(r.submitted_at, now()) else r.submitted_at end,
        answered_at = case when a.state in ('ISSUED', 'DENIED') then coalesce(r.answered_at, now()) else r.answered_at end,
        offered_at = case when a.state = 'OFFERED' then coalesce(r.offered_at, now()) else r.offered_at end,
        installed_at = case when a.state = 'INSTALLED' then coalesce(r.installed_at, now()) else r.installed_at end,
        destroyed_at = case when a.state = 'KEY_DESTROYED' then now() else r.destroyed_at end
      from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[], $9::float8[], $10::float8[])
        as a (request_id, state, reason, detail, ca_id, platform, attempt, stage, wait, deadline)
      where r.request_id = a.request_id
      returning r.request_id, r.version, now() as at
      """;

  private static final String DEFER =
      """
      update request r set
        next_attempt_at = now() + make_interval(secs => d.wait),
        lease_owner = null, lease_until = null, lease_epoch = r.lease_epoch + 1,
        tries = case when d.untried then r.tries - 1 else r.tries end
      from unnest($1::uuid[], $2::float8[], $3::bool[]) as d (request_id, wait, untried)
      where r.request_id = d.request_id
      """;

  private final Pool pool;
  private final Schedule schedule;
  private final RequestConfig config;
  private final ProgressMetrics metrics;
  private final Outbox outbox;

  public RequestStore(
      Pool pool, Schedule schedule, RequestConfig config, ProgressMetrics metrics, Outbox outbox) {
    this.pool = pool;
    this.schedule = schedule;
    this.config = config;
    this.metrics = metrics;
    this.outbox = outbox;
  }

  /** The claim of a stage with the columns and joins (on {@code c.request_id}) that it needs. */
  public static String claimWith(String columns, String joins) {
    return CLAIM.formatted(columns, joins);
  }

  /** Takes due rows under a lease, in a transaction of its own; blocks. */
  public <T> List<T> claim(String sql, Stage stage, int limit, Function<Row, T> mapper) {
    Lease lease = Lease.ofThisProcess(config.lease());
    Tuple parameters = Tuple.of(stage.name(), limit, lease.owner(), lease.seconds());
    List<T> claimed = new ArrayList<>();
    for (Row row : pool.preparedQuery(sql).execute(parameters).await().indefinitely()) {
      claimed.add(mapper.apply(row));
    }
    return claimed;
  }

  /** Locks the rows whose claim still holds; the others belong to somebody else now. */
  public Uni<Set<UUID>> hold(SqlConnection tx, List<RequestRow> claimed) {
    return tx.preparedQuery(HOLD)
        .execute(Columns.of(claimed).uuid(RequestRow::requestId).bigint(RequestRow::epoch).tuple())
        .map(RequestStore::ids);
  }

  /** Locks rows by their ids, whoever has claimed them. */
  public Uni<Map<UUID, RequestRow>> lock(SqlConnection tx, Collection<UUID> ids) {
    return tx.preparedQuery(LOCK)
        .execute(Tuple.of(ids.toArray(UUID[]::new)))
        .map(
            rows ->
                rows.stream()
                    .map(RequestRow::of)
                    .collect(Collectors.toMap(RequestRow::requestId, Function.identity())));
  }

  /** Moves rows that this transaction has locked, ends their leases and tells the others. */
  public Uni<List<Progress>> advance(SqlConnection tx, List<Advance> advances) {
    if (advances.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    return move(tx, advances)
        .call(progress -> outbox.append(tx, progress.stream().map(Progress::event).toList()));
  }

  /**
   * Moves rows that this transaction has locked and ends their leases; the caller tells the others.
   */
  public Uni<List<Progress>> move(SqlConnection tx, List<Advance> advances) {
    Map<UUID, Advance> byId =
        advances.stream()
            .collect(Collectors.toMap(advance -> advance.from().requestId(), Function.identity()));
    return tx.preparedQuery(ADVANCE)
        .execute(columns(advances))
        .map(rows -> rows.stream().map(row -> progress(byId, row)).toList())
        .invoke(metrics::count);
  }

  /**
   * Hands rows back that this transaction has locked.
   *
   * @param untried whether the claim does not count as a try
   */
  public Uni<Void> defer(SqlConnection tx, List<Deferral> deferrals) {
    return deferrals.isEmpty()
        ? Uni.createFrom().voidItem()
        : tx.preparedQuery(DEFER)
            .execute(
                Columns.of(deferrals)
                    .uuid(deferral -> deferral.row().requestId())
                    .seconds(Deferral::pause)
                    .bool(Deferral::untried)
                    .tuple())
            .replaceWithVoid();
  }

  /** Try again after a pause that grows with the tries. */
  public Deferral retry(RequestRow row) {
    return new Deferral(row, schedule.pause(config.retryAfter(), row.tries()), false);
  }

  /** Wait for the CA's answer again, longer each time. */
  Deferral askAgain(RequestRow row) {
    Duration wait =
        row.state() == RequestState.PENDING_AT_CA
            ? config.queryAfter()
            : schedule.pause(config.resendAfter(), row.tries() + 1);
    return new Deferral(row, wait, false);
  }

  /**
   * A claimed row goes back unchanged.
   *
   * @param pause how long it is left alone
   * @param untried whether the claim does not count
   */
  public record Deferral(RequestRow row, Duration pause, boolean untried) {

    /** At once and for anybody: there was no time for it. */
    public static Deferral unworked(RequestRow row) {
      return new Deferral(row, Duration.ZERO, true);
    }
  }

  private Tuple columns(List<Advance> advances) {
    return Columns.of(advances)
        .uuid(advance -> advance.from().requestId())
        .text(advance -> advance.to().name())
        .text(Advance::reason)
        .text(Advance::detail)
        .text(Advance::caId)
        .text(Advance::platform)
        .integer(Advance::attempt)
        .text(advance -> stageName(advance.to()))
        .seconds(advance -> schedule.after(advance.to()).pause())
        .seconds(advance -> schedule.deadline(advance.to()))
        .tuple();
  }

  private @Nullable String stageName(RequestState state) {
    Stage stage = schedule.after(state).stage();
    return stage == null ? null : stage.name();
  }

  private static Progress progress(Map<UUID, Advance> advances, Row row) {
    Advance advance = advances.get(row.getUUID("request_id"));
    if (advance == null) {
      throw new IllegalStateException("a row moved that was not asked to");
    }
    RequestRow from = advance.from();
    return new Progress(
        from.requestId(),
        from.naturalKey(),
        advance.to(),
        row.getInteger("version"),
        advance.reason(),
        advance.detail(),
        advance.certificate(),
        advance.platform(),
        Cells.instant(row, "at"),
        from.acceptedAt(),
        from.stateSince(),
        from.cause());
  }

  private static Set<UUID> ids(RowSet<Row> rows) {
    Set<UUID> ids = new HashSet<>();
    rows.forEach(row -> ids.add(row.getUUID("request_id")));
    return ids;
  }
}
