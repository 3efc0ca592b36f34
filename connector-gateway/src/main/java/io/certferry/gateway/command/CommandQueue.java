package io.certferry.gateway.command;

import io.certferry.contracts.ContractJson;
import io.certferry.contracts.event.CaCommand;
import io.certferry.messaging.Cause;
import io.certferry.messaging.Lease;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Claims rows. Blocking: for worker threads only. */
@ApplicationScoped
public class CommandQueue {

  /**
   * Each tenant with work gets the same share of a claim, in the order of priority and deadline;
   * whoever has less leaves the rest to the next claim. A retired connector gets nothing from the
   * moment on that it is retired. The predicate of the partial index is repeated in every part.
   * While issuance is held after a restore, only what asks the CA first is claimed.
   */
  private static final String CLAIM =
      """
      with held as materialized (select issuance_held($1) as yes),
      active as (
        select t.tenant, count(*) over () as tenants
        from unnest($2::text[]) as t (tenant)
        where exists (select 1 from ca_command c
                      where c.ca_id = $1 and c.tenant = t.tenant and c.state = 'READY' and c.kind = any($6)
                        and (c.action <> 'SUBMIT' or c.search_first or not (select yes from held)))
          and not exists (select 1 from connector k
                          where k.tenant = t.tenant and k.connector_id = split_part($4::text, '/', 1) and k.state = 'retired')
      ),
      picked as materialized (
        select p.kind, p.id
        from (select * from active order by random()) a
        cross join lateral (
          select c.kind, c.id from ca_command c
          where c.ca_id = $1 and c.tenant = a.tenant and c.state = 'READY' and c.kind = any($6)
            and (c.action <> 'SUBMIT' or c.search_first or not (select yes from held))
          order by c.priority, c.deadline
          limit ceil($3::numeric / a.tenants)::int
          for update skip locked
        ) p
        limit $3::int
      )
      update ca_command c
      set state = 'CLAIMED', lease_owner = $4, lease_until = now() + make_interval(secs => $5),
          lease_epoch = c.lease_epoch + 1, claimed_at = coalesce(c.claimed_at, now())
      from picked
      where c.kind = picked.kind and c.id = picked.id
      returning c.*, now() as now, extract(epoch from now() - c.received_at)::float8 as waited
      """;

  private static final String WAKE =
      """
      update ca_command c set state = 'READY', next_attempt_at = null
      from (select kind, id from ca_command
            where state = 'WAITING' and next_attempt_at <= now()
            order by next_attempt_at limit 1000 for update skip locked) due
      where c.kind = due.kind and c.id = due.id
      """;

  private static final String WAKE_RETRIES =
      """
      update ca_command c set state = 'READY', next_attempt_at = null
      from (select kind, id from ca_command
            where state = 'WAITING' and ca_id = $1 and action in ('SUBMIT', 'REVOKE') and next_attempt_at > now()
            order by next_attempt_at limit 10000 for update skip locked) due
      where c.kind = due.kind and c.id = due.id
      """;

  /** What has waited past its deadline goes with the most urgent. */
  private static final String AGE =
      """
      update ca_command c set priority = 0
      from (select kind, id from ca_command
            where state = 'READY' and ca_id = any($1) and priority > 0 and deadline < now()
            limit 1000 for update skip locked) late
      where c.kind = late.kind and c.id = late.id
      """;

  private static final String RELEASE =
      """
      update ca_command set lease_until = now()
      where state in ('CLAIMED', 'SUBMITTING') and lease_owner like $1 and lease_owner <> $2 and lease_until > now()
      """;

  private final Pool pool;

  CommandQueue(Pool pool) {
    this.pool = pool;
  }

  /**
   * Claims at most {@code slots} rows of one CA.
   *
   * @param tenants whose rows this connector may work on
   * @param kinds that it may work on
   */
  public List<ClaimedCommand> claim(
      String caId, Collection<String> tenants, Set<CommandKind> kinds, int slots, Lease lease) {
    if (slots <= 0 || tenants.isEmpty()) {
      return List.of();
    }
    Tuple parameters =
        Tuple.of(
            caId,
            tenants.toArray(String[]::new),
            slots,
            lease.owner(),
            lease.seconds(),
            kinds.stream().map(CommandKind::name).toArray(String[]::new));
    return await(pool.preparedQuery(CLAIM).execute(parameters).map(CommandQueue::claimed));
  }

  /** Makes rows whose time has come claimable; the number of rows. */
  public int wake() {
    return await(pool.preparedQuery(WAKE).execute().map(RowSet::rowCount));
  }

  /** The CA is back: what waits for another try may go at once. */
  public int wakeRetries(String caId) {
    return await(pool.preparedQuery(WAKE_RETRIES).execute(Tuple.of(caId)).map(RowSet::rowCount));
  }

  /** Rows past their deadline become urgent; the number of rows. */
  public int age(Collection<String> caIds) {
    Tuple parameters = Tuple.of(caIds.toArray(String[]::new));
    return await(pool.preparedQuery(AGE).execute(parameters).map(RowSet::rowCount));
  }

  /**
   * Ends the leases of earlier processes of this connector: there is one process per connector id,
   * so they are dead, and were one not, its results would be fenced.
   */
  public int releaseForerunners(String connectorId, String owner) {
    String pattern = connectorId.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
    Tuple parameters = Tuple.of(pattern + "/%", owner);
    return await(pool.preparedQuery(RELEASE).execute(parameters).map(RowSet::rowCount));
  }

  private static List<ClaimedCommand> claimed(RowSet<Row> rows) {
    return StreamSupport.stream(rows.spliterator(), false).map(CommandQueue::claimed).toList();
  }

  private static ClaimedCommand claimed(Row row) {
    CommandKind kind = CommandKind.valueOf(row.getString("kind"));
    return new ClaimedCommand(
        new CommandId(kind, row.getUUID("id")),
        command(kind, row.getBuffer("payload").getBytes()),
        row.getString("tenant"),
        Action.valueOf(row.getString("action")),
        row.getLong("lease_epoch"),
        row.getInteger("attempts"),
        row.getInteger("failures"),
        row.getInteger("wrong_answers"),
        row.getString("ca_request_id"),
        row.getOffsetDateTime("unknown_since") != null,
        row.getOffsetDateTime("pending_since") != null,
        instant(row, "absence_counts_from"),
        row.getBoolean("may_duplicate"),
        row.getBoolean("internal"),
        row.getBoolean("search_first"),
        new Cause(
            row.getString("correlation_id"),
            row.getString("causation_id"),
            row.getString("traceparent")),
        row.getOffsetDateTime("received_at").toInstant(),
        row.getOffsetDateTime("now").toInstant());
  }

  private static CaCommand command(CommandKind kind, byte[] payload) {
    return switch (kind) {
      case SUBMIT -> ContractJson.read(payload, CaCommand.SubmitCsr.class);
      case QUERY -> ContractJson.read(payload, CaCommand.QueryRequest.class);
      case REVOKE -> ContractJson.read(payload, CaCommand.RevokeCertificate.class);
    };
  }

  private static @Nullable Instant instant(Row row, String column) {
    var value = row.getOffsetDateTime(column);
    return value == null ? null : value.toInstant();
  }

  private static <T> T await(Uni<T> uni) {
    return uni.await().indefinitely();
  }

  /** How long a row has waited for its first claim, for the metrics. */
  public static Duration waited(ClaimedCommand command) {
    return Duration.between(command.receivedAt(), command.claimedAt());
  }
}
