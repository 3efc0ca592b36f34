package io.certferry.gateway.attempt;

import io.certferry.contracts.event.NaturalKey;
import io.certferry.gateway.command.ClaimedCommand;
import io.certferry.gateway.policy.VerifiedSubmission;
import io.certferry.messaging.crash.CrashPoint;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Writes the intent: attempts in state {@code submitting}, committed before the CA is called.
 * Blocking.
 */
@ApplicationScoped
class AttemptLedger {

  private static final String CLAIM_KEYS =
      """
      insert into natural_key_use (tenant, device_id, subject, profile_id, item, generation, spki_sha256, request_id)
      select * from unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::int[], $7::text[], $8::uuid[])
        as k (tenant, device_id, subject, profile_id, item, generation, spki_sha256, request_id)
      order by 1, 2, 3, 4, 5, 6
      on conflict do nothing
      """;

  private static final String CONFLICTS =
      """
      select k.n
      from unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::int[], $7::text[], $8::uuid[])
        with ordinality as k (tenant, device_id, subject, profile_id, item, generation, spki_sha256, request_id, n)
      left join natural_key_use u using (tenant, device_id, subject, profile_id, item, generation)
      where u.spki_sha256 is distinct from k.spki_sha256 or u.request_id is distinct from k.request_id
      """;

  private static final String BEGIN =
      """
      with begun as (
        update ca_command c
        set state = 'SUBMITTING', attempts = c.attempts + 1, search_first = false
        from unnest($1::uuid[], $2::bigint[]) as n (id, epoch)
        where c.kind = 'SUBMIT' and c.id = n.id and c.lease_epoch = n.epoch and c.state = 'CLAIMED'
          and c.lease_until > now()
        returning c.id, c.attempts, c.ca_id, c.tenant, c.lease_epoch, c.lease_owner, c.claimed_at
      )
      insert into attempt (request_id, attempt_no, ca_id, tenant, lease_epoch, lease_owner, template, csr_sha256,
                           spki_sha256, submit_by)
      select b.id, b.attempts, b.ca_id, b.tenant, b.lease_epoch, b.lease_owner, n.template, n.csr, n.spki,
             now() + make_interval(secs => $6)
      from begun b
      join unnest($1::uuid[], $3::text[], $4::text[], $5::text[]) as n (id, template, csr, spki) on n.id = b.id
      returning request_id, attempt_no
      """;

  private final Pool pool;

  AttemptLedger(Pool pool) {
    this.pool = pool;
  }

  /** A submission that passed every check, under its lease. */
  record Intent(ClaimedCommand claimed, VerifiedSubmission submission) {}

  /**
   * What the ledger said.
   *
   * @param attempts number of the new attempt by request; what is missing lost its lease or
   *     conflicts
   * @param conflicts whose natural key has another key pair or request, or whose key pair another
   *     natural key
   */
  record Begun(Map<UUID, Integer> attempts, Set<UUID> conflicts) {}

  /** One transaction for all. */
  Begun begin(List<Intent> intents, Duration window) {
    if (intents.isEmpty()) {
      return new Begun(Map.of(), Set.of());
    }
    return pool.withTransaction(tx -> begin(tx, intents, window)).await().indefinitely();
  }

  private Uni<Begun> begin(SqlConnection tx, List<Intent> intents, Duration window) {
    return tx.preparedQuery(CLAIM_KEYS)
        .execute(keys(intents).tuple())
        .chain(() -> tx.preparedQuery(CONFLICTS).execute(keys(intents).tuple()))
        .map(rows -> conflicting(rows, intents))
        .chain(conflicts -> begin(tx, intents, window, conflicts));
  }

  private Uni<Begun> begin(
      SqlConnection tx, List<Intent> intents, Duration window, Set<UUID> conflicts) {
    List<Intent> free =
        intents.stream().filter(i -> !conflicts.contains(i.submission().requestId())).toList();
    var columns =
        Columns.of(free)
            .uuid(i -> i.submission().requestId())
            .bigint(i -> i.claimed().epoch())
            .text(i -> i.submission().template())
            .text(i -> i.submission().csrSha256())
            .text(i -> i.submission().spkiSha256())
            .value(window.toMillis() / 1000.0);
    return tx.preparedQuery(BEGIN)
        .execute(columns.tuple())
        .map(AttemptLedger::numbers)
        .invoke(CrashPoint.GATEWAY_ATTEMPT_BEFORE_COMMIT::hit)
        .map(numbers -> new Begun(numbers, conflicts));
  }

  private static Columns<Intent> keys(List<Intent> intents) {
    return Columns.of(intents)
        .text(i -> key(i).tenant())
        .text(i -> key(i).deviceId())
        .text(i -> key(i).subject())
        .uuid(i -> key(i).profileId())
        .text(i -> key(i).item())
        .integer(i -> key(i).generation())
        .text(i -> i.submission().spkiSha256())
        .uuid(i -> i.submission().requestId());
  }

  private static NaturalKey key(Intent intent) {
    return intent.submission().naturalKey();
  }

  private static Set<UUID> conflicting(RowSet<Row> rows, List<Intent> intents) {
    Set<UUID> conflicts = new HashSet<>();
    rows.forEach(
        row -> conflicts.add(intents.get((int) (row.getLong("n") - 1)).submission().requestId()));
    return conflicts;
  }

  private static Map<UUID, Integer> numbers(RowSet<Row> rows) {
    Map<UUID, Integer> numbers = new HashMap<>();
    rows.forEach(row -> numbers.put(row.getUUID("request_id"), row.getInteger("attempt_no")));
    return numbers;
  }
}
