package io.certferry.revocation.dispatch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.certferry.contracts.ContractJson;
import io.certferry.messaging.Lease;
import io.certferry.revocation.order.RetryConfig;
import io.certferry.revocation.order.Revocation;
import io.certferry.revocation.order.Transitions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/** The rows that are due, and the pace at which each CA may get them. */
@Singleton
class DispatchStore {

  private static final String DUE_CAS =
      """
      with recursive ca (id) as (
        (select ca_id from revocation where next_attempt_at is not null order by ca_id limit 1)
        union all
        select (select r.ca_id from revocation r where r.next_attempt_at is not null and r.ca_id > ca.id
          order by r.ca_id limit 1)
        from ca where ca.id is not null
      )
      select id from ca where id is not null
      """;

  private static final String OPEN_PACE =
      "insert into ca_pace (ca_id, allowance) values ($1, $2) on conflict do nothing";

  private static final String REFILL =
      """
      update ca_pace set refilled_at = now(), allowance = least($2::double precision * 2,
        allowance + $2 * greatest(0, extract(epoch from now() - refilled_at)::double precision))
      where ca_id = $1 returning allowance,
        (select count(*) from revocation r where r.ca_id = $1 and r.state = 'submitted') as in_flight
      """;

  private static final String SPEND =
      "update ca_pace set allowance = allowance - $2 where ca_id = $1";

  private static final String URGENT = "priority = 0";

  /** With the CA already: few, and found by an index of their own while a storm waits. */
  private static final String UNANSWERED = "priority > 0 and state = 'submitted'";

  private static final String NEW = "priority > 0 and state <> 'submitted'";

  private static final String SENT =
      """
      update revocation r set state = 'submitted', state_reason = null, state_detail = null,
        submitted_at = coalesce(r.submitted_at, now()), attempts = r.attempts + 1,
        next_attempt_at = now() + make_interval(secs => least($2 * power(2, least(r.attempts, 20)), $3)),
        lease_until = null, version = r.version + case when r.state = 'submitted' then 0 else 1 end
      from json_to_recordset($1::text::json) as e (id uuid, epoch bigint)
      where r.id = e.id and r.lease_epoch = e.epoch and r.next_attempt_at is not null
      """;

  private final Pool pool;
  private final Transitions transitions;
  private final DispatchConfig config;
  private final RetryConfig retry;

  DispatchStore(Pool pool, Transitions transitions, DispatchConfig config, RetryConfig retry) {
    this.pool = pool;
    this.transitions = transitions;
    this.config = config;
    this.retry = retry;
  }

  /** The CAs that something may be due for. */
  List<String> dueCas() {
    List<String> cas = new ArrayList<>();
    pool.query(DUE_CAS).execute().await().indefinitely().forEach(row -> cas.add(row.getString(0)));
    return cas;
  }

  /** Claims compromises, however busy the CA is. */
  List<Revocation> claimUrgent(String caId, int limit) {
    return pool.withTransaction(tx -> claim(tx, URGENT, caId, limit)).await().indefinitely();
  }

  /**
   * Claims the others as the pace allows: first those that were not answered in time, then new ones
   * as far as the window is open. A CA that is away thus holds one window of commands, not all.
   */
  List<Revocation> claimPaced(String caId, double perSecond, int window, int limit) {
    return pool.withTransaction(
            tx ->
                tx.preparedQuery(OPEN_PACE)
                    .execute(Tuple.of(caId, perSecond))
                    .chain(() -> allowance(tx, caId, perSecond))
                    .chain(allowance -> claimPaced(tx, caId, allowance, window, limit))
                    .call(claimed -> spend(tx, caId, claimed.size())))
        .await()
        .indefinitely();
  }

  private Uni<List<Revocation>> claimPaced(
      SqlConnection tx, String caId, Allowance allowance, int window, int limit) {
    int commands = Math.min(limit, allowance.commands());
    return claim(tx, UNANSWERED, caId, commands)
        .chain(
            again ->
                claim(
                        tx,
                        NEW,
                        caId,
                        Math.min(commands - again.size(), window - allowance.inFlight()))
                    .map(fresh -> both(again, fresh)));
  }

  private static List<Revocation> both(List<Revocation> first, List<Revocation> second) {
    List<Revocation> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  /**
   * @param commands that may be sent now
   * @param inFlight that wait for an answer
   */
  private record Allowance(int commands, int inFlight) {}

  private static Uni<Allowance> allowance(SqlConnection tx, String caId, double perSecond) {
    return tx.preparedQuery(REFILL)
        .execute(Tuple.of(caId, perSecond))
        .map(rows -> rows.iterator().next())
        .map(
            row ->
                new Allowance(
                    (int) Math.floor(row.getDouble("allowance")),
                    Math.toIntExact(row.getLong("in_flight"))));
  }

  private static Uni<Void> spend(SqlConnection tx, String caId, int count) {
    return count == 0
        ? Uni.createFrom().voidItem()
        : tx.preparedQuery(SPEND).execute(Tuple.of(caId, (double) count)).replaceWithVoid();
  }

  private Uni<List<Revocation>> claim(SqlConnection tx, String which, String caId, int limit) {
    if (limit < 1) {
      return Uni.createFrom().item(List.of());
    }
    Lease lease = Lease.ofThisProcess(config.lease());
    return transitions.update(
        tx, claiming(which), Tuple.of(caId, limit, lease.owner(), lease.seconds()));
  }

  /** The condition is part of the text, so that the planner sees which partial index it fits. */
  private static String claiming(String which) {
    return """
        update revocation r set lease_owner = $3, lease_until = now() + make_interval(secs => $4),
          lease_epoch = r.lease_epoch + 1
        where r.id = any(array(
          select id from revocation
          where ca_id = $1 and channel = 'connector' and %s
            and next_attempt_at <= now() and (lease_until is null or lease_until < now())
          order by priority, next_attempt_at limit $2 for update skip locked))
        """
        .formatted(which);
  }

  /**
   * Notes that commands were handed to the outbox of the same transaction; gives those still ours.
   */
  Uni<List<Revocation>> sent(SqlConnection tx, List<Revocation> claimed) {
    ArrayNode rows = ContractJson.mapper().createArrayNode();
    claimed.forEach(
        r -> rows.addObject().put("id", r.id().toString()).put("epoch", r.leaseEpoch()));
    return transitions.apply(
        tx,
        SENT,
        Tuple.of(
            rows.toString(),
            retry.first().toMillis() / 1000.0,
            retry.longest().toMillis() / 1000.0));
  }
}
