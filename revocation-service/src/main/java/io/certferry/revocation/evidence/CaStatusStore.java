package io.certferry.revocation.evidence;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.event.RevocationProgressed.Evidence;
import io.certferry.messaging.Lease;
import io.certferry.messaging.Outbox;
import io.certferry.revocation.order.Revocation;
import io.certferry.revocation.order.Transitions;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What was seen of each CA's list, and the rows that wait for it. */
@Singleton
class CaStatusStore {

  private static final Duration LEASE = Duration.ofMinutes(2);

  private static final String CLAIM =
      """
      insert into ca_status as s (ca_id, lease_owner, lease_until, lease_epoch)
      values ($1, $2, now() + make_interval(secs => $3), 1)
      on conflict (ca_id) do update set lease_owner = excluded.lease_owner,
        lease_until = excluded.lease_until, lease_epoch = s.lease_epoch + 1
      where (s.lease_until is null or s.lease_until < now())
        and (s.checked_at is null
          or s.checked_at < now() - make_interval(secs => $5)
          or (s.checked_at < now() - make_interval(secs => $4)
            and exists (select from revocation r where r.ca_id = $1 and r.verify_at <= now())))
      returning crl_number, lease_epoch, now() as started_at
      """;

  private static final String GOOD =
      """
      update ca_status set checked_at = now(), fetched_at = now(), source = $3, crl_number = $4,
        this_update = $5, next_update = $6, entries = $7, problem = null, problem_detail = null,
        problem_since = null, lease_until = null
      where ca_id = $1 and lease_epoch = $2
      """;

  private static final String BAD =
      """
      update ca_status set checked_at = now(), problem_since = case when problem is null then now()
        else problem_since end, problem = $3, problem_detail = $4, lease_until = null
      where ca_id = $1 and lease_epoch = $2
      """;

  private static final String CHECKED =
      "update ca_status set checked_at = now(), lease_until = null, problem = null, problem_detail"
          + " = null, problem_since = null where ca_id = $1 and lease_epoch = $2";

  private static final String WAITING =
      "select "
          + Revocation.COLUMNS
          + """
           from revocation r where r.ca_id = $1 and r.verify_at <= $3
          order by r.verify_at limit $2
          """;

  private static final String LISTED =
      """
      update revocation r set state = 'listed', listed_at = now(), ended_at = now(), evidence = e.evidence,
        state_reason = null, state_detail = null, verify_at = null, next_attempt_at = null,
        version = r.version + 1
      from json_to_recordset($1::text::json) as e (id uuid, evidence text)
      where r.id = e.id and r.state = 'accepted'
      """;

  private static final String EXPIRED =
      """
      update revocation r set state = 'closed', state_reason = 'expired', ended_at = now(), verify_at = null,
        version = r.version + 1
      where r.id = any($1::uuid[]) and r.state = 'accepted'
      """;

  /** The older it is, the longer it can wait. */
  private static final String LATER =
      """
      update revocation set verify_at = now() + least(make_interval(secs => $2),
        greatest(interval '1 second', (now() - coalesce(accepted_at, now())) / 2))
      where id = any($1::uuid[]) and verify_at is not null
      """;

  private static final String ALL_LATER =
      """
      update revocation set verify_at = now() + make_interval(secs => $2)
      where ca_id = $1 and verify_at <= now()
      """;

  private static final String NO_LIST =
      """
      update revocation r set verify_at = now() + interval '1 hour', state_reason = 'no-list-configured',
        version = r.version + 1
      where r.ca_id = $1 and r.verify_at <= now() and r.state = 'accepted'
      """;

  private final Pool pool;
  private final Transitions transitions;
  private final Outbox outbox;

  CaStatusStore(Pool pool, Transitions transitions, Outbox outbox) {
    this.pool = pool;
    this.transitions = transitions;
    this.outbox = outbox;
  }

  /**
   * A right to look at a CA's list.
   *
   * @param startedAt by the database's clock
   * @param highestNumber of the CRLs seen so far; null when none had one
   */
  record Claim(
      String caId, long epoch, OffsetDateTime startedAt, @Nullable BigInteger highestNumber) {}

  /**
   * Claims a CA whose list is to be looked at now; empty when it is not due or another one looks.
   */
  Optional<Claim> claim(String caId, Duration minInterval, Duration watchInterval) {
    Lease lease = Lease.ofThisProcess(LEASE);
    return pool.preparedQuery(CLAIM)
        .execute(
            Tuple.of(
                caId, lease.owner(), lease.seconds(), seconds(minInterval), seconds(watchInterval)))
        .map(
            rows -> {
              Optional<Claim> claim = Optional.empty();
              for (Row row : rows) {
                var number = row.getNumeric("crl_number");
                claim =
                    Optional.of(
                        new Claim(
                            caId,
                            row.getLong("lease_epoch"),
                            row.getOffsetDateTime("started_at"),
                            number == null ? null : number.bigIntegerValue()));
              }
              return claim;
            })
        .await()
        .indefinitely();
  }

  void good(Claim claim, TrustedCrl crl) {
    BigInteger number = crl.crl().number();
    Instant next = crl.crl().nextUpdate();
    pool.preparedQuery(GOOD)
        .execute(
            Tuple.tuple()
                .addString(claim.caId())
                .addLong(claim.epoch())
                .addString(crl.source().toString())
                .addValue(number == null ? null : io.vertx.sqlclient.data.Numeric.create(number))
                .addOffsetDateTime(crl.crl().thisUpdate().atOffset(ZoneOffset.UTC))
                .addOffsetDateTime(next == null ? null : next.atOffset(ZoneOffset.UTC))
                .addInteger(crl.crl().revoked().size()))
        .await()
        .indefinitely();
  }

  void bad(Claim claim, String problem, String detail) {
    pool.preparedQuery(BAD)
        .execute(Tuple.of(claim.caId(), claim.epoch(), problem, detail))
        .await()
        .indefinitely();
  }

  /** Its responder was asked and could be believed. */
  void checked(Claim claim) {
    pool.preparedQuery(CHECKED)
        .execute(Tuple.of(claim.caId(), claim.epoch()))
        .await()
        .indefinitely();
  }

  /** Rows that were due when the claim was made. */
  List<Revocation> waiting(Claim claim, int limit) {
    return pool.preparedQuery(WAITING)
        .execute(Tuple.of(claim.caId(), limit, claim.startedAt()))
        .map(
            rows -> {
              List<Revocation> list = new ArrayList<>();
              rows.forEach(row -> list.add(Revocation.of(row)));
              return list;
            })
        .await()
        .indefinitely();
  }

  /** The CA's list shows them: done. */
  void listed(Map<UUID, Evidence> found) {
    if (found.isEmpty()) {
      return;
    }
    ArrayNode rows = ContractJson.mapper().createArrayNode();
    found.forEach(
        (id, evidence) ->
            rows.addObject().put("id", id.toString()).put("evidence", json(evidence)));
    pool.withTransaction(tx -> transitions.apply(tx, LISTED, Tuple.of(rows.toString())))
        .await()
        .indefinitely();
    outbox.nudge();
  }

  /** They expired before any list could show them. */
  void expired(List<UUID> ids) {
    if (!ids.isEmpty()) {
      pool.withTransaction(tx -> transitions.apply(tx, EXPIRED, Tuple.of(ids.toArray(UUID[]::new))))
          .await()
          .indefinitely();
      outbox.nudge();
    }
  }

  /** Not yet; looked for again later. */
  void later(List<UUID> ids, Duration longest) {
    if (!ids.isEmpty()) {
      pool.preparedQuery(LATER)
          .execute(Tuple.of(ids.toArray(UUID[]::new), Double.valueOf(seconds(longest))))
          .await()
          .indefinitely();
    }
  }

  /** No list could be trusted: all that wait for it wait on. */
  void allLater(String caId, Duration pause) {
    pool.preparedQuery(ALL_LATER).execute(Tuple.of(caId, seconds(pause))).await().indefinitely();
  }

  /**
   * Nothing is configured that could show a revocation of this CA: accepted is all that is known.
   */
  int withoutList(String caId) {
    int changed =
        pool.withTransaction(tx -> transitions.apply(tx, NO_LIST, Tuple.of(caId)))
            .await()
            .indefinitely()
            .size();
    outbox.nudge();
    return changed;
  }

  /** The CAs that accepted revocations wait for. */
  List<String> awaitedCas() {
    List<String> cas = new ArrayList<>();
    pool.query(
            """
            with recursive ca (id) as (
              (select ca_id from revocation where verify_at is not null order by ca_id limit 1)
              union all
              select (select r.ca_id from revocation r where r.verify_at is not null and r.ca_id > ca.id
                order by r.ca_id limit 1)
              from ca where ca.id is not null
            )
            select id from ca where id is not null
            """)
        .execute()
        .await()
        .indefinitely()
        .forEach(row -> cas.add(row.getString(0)));
    return cas;
  }

  private static String json(Evidence evidence) {
    return new String(ContractJson.write(evidence), StandardCharsets.UTF_8);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
