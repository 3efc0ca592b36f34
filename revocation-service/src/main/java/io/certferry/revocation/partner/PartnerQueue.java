package io.certferry.revocation.partner;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.certferry.contracts.ContractJson;
import io.certferry.messaging.Outbox;
import io.certferry.revocation.inventory.IssuerNames;
import io.certferry.revocation.order.Revocation;
import io.certferry.revocation.order.Transitions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The requests that partners carry to their CAs: handed out under leases, closed by results. */
@Singleton
class PartnerQueue {

  private static final String HAND_OUT =
      """
      update revocation r set state = 'submitted', state_reason = null, state_detail = null,
        submitted_at = coalesce(r.submitted_at, now()), attempts = r.attempts + 1, lease_owner = $4,
        lease_until = now() + make_interval(secs => $5), lease_epoch = r.lease_epoch + 1,
        next_attempt_at = now() + make_interval(secs => $5), version = r.version + 1
      where r.id = any(array(
        select id from revocation where tenant = $1 and channel = 'partner' and next_attempt_at <= now()
          and ($2::text is null or issuer_key = $2 or issuer_key = $6 or starts_with(issuer_key, $6 || ','))
        order by priority, ordered_at limit $3 for update skip locked))
      """;

  private static final String TAKEN =
      """
      update revocation r set state = 'accepted', state_reason = null, state_detail = null,
        accepted_at = coalesce(r.accepted_at, now()), already = e.already, next_attempt_at = null,
        verify_at = now(), lease_until = null, version = r.version + 1
      from json_to_recordset($2::text::json) as e (id uuid, already boolean)
      where r.tenant = $1 and r.id = e.id and r.channel = 'partner'
        and r.state in ('ordered', 'barred', 'submitted', 'waiting', 'failed')
      """;

  private static final String POSTPONED =
      """
      update revocation r set state = 'waiting', state_reason = e.code, state_detail = e.message,
        lease_until = null, version = r.version + 1,
        next_attempt_at = now() + make_interval(secs => least($3 * power(2, least(r.attempts, 16) - 1), $4))
      from json_to_recordset($2::text::json) as e (id uuid, code text, message text)
      where r.tenant = $1 and r.id = e.id and r.channel = 'partner' and r.state = 'submitted'
      """;

  private static final String FAILED =
      """
      update revocation r set state = 'failed', state_reason = e.code, state_detail = e.message,
        lease_until = null, next_attempt_at = null, version = r.version + 1
      from json_to_recordset($2::text::json) as e (id uuid, code text, message text)
      where r.tenant = $1 and r.id = e.id and r.channel = 'partner'
        and r.state in ('ordered', 'submitted', 'waiting')
      """;

  private final Pool pool;
  private final Transitions transitions;
  private final Outbox outbox;
  private final PartnerConfig config;

  PartnerQueue(Pool pool, Transitions transitions, Outbox outbox, PartnerConfig config) {
    this.pool = pool;
    this.transitions = transitions;
    this.outbox = outbox;
    this.config = config;
  }

  /**
   * Hands out what is due, most urgent first.
   *
   * @param issuer a name, or only its common name; null for all issuers
   */
  Uni<List<Revocation>> handOut(String tenant, String client, @Nullable String issuer, int limit) {
    double lease = config.lease().toMillis() / 1000.0;
    Tuple parameters =
        Tuple.tuple()
            .addString(tenant)
            .addString(issuer == null ? null : IssuerNames.key(issuer))
            .addInteger(limit)
            .addString(client)
            .addDouble(lease)
            .addString(issuer == null ? null : commonName(issuer));
    return pool.withTransaction(tx -> transitions.apply(tx, HAND_OUT, parameters))
        .invoke(outbox::nudge);
  }

  /** A text without an attribute type is a common name. */
  private static String commonName(String issuer) {
    return issuer.contains("=")
        ? IssuerNames.key(issuer)
        : "cn=" + issuer.strip().toLowerCase(Locale.ROOT);
  }

  /**
   * Takes results; one that comes late, twice or for another tenant changes nothing it should not.
   */
  Uni<Void> take(String tenant, String client, List<PartnerResult> results) {
    return pool.withTransaction(
            tx ->
                taken(tx, tenant, client, results)
                    .chain(() -> postponed(tx, tenant, client, results))
                    .chain(() -> failed(tx, tenant, client, results)))
        .invoke(outbox::nudge);
  }

  private Uni<Void> taken(
      SqlConnection tx, String tenant, String client, List<PartnerResult> results) {
    ArrayNode rows = ContractJson.mapper().createArrayNode();
    results.stream()
        .filter(r -> isRevoked(r.verdict()))
        .forEach(
            r ->
                rows.addObject()
                    .put("id", r.context().toString())
                    .put("already", r.verdict() == PartnerResult.Verdict.ALREADY));
    return run(tx, TAKEN, client, rows, Tuple.of(tenant, rows.toString()));
  }

  private static boolean isRevoked(PartnerResult.Verdict verdict) {
    return verdict == PartnerResult.Verdict.REVOKED || verdict == PartnerResult.Verdict.ALREADY;
  }

  private Uni<Void> postponed(
      SqlConnection tx, String tenant, String client, List<PartnerResult> results) {
    ArrayNode rows = failures(results, verdict -> verdict == PartnerResult.Verdict.RETRY);
    double first = config.retryAfter().toMillis() / 1000.0;
    double longest = config.lease().toMillis() / 1000.0;
    return run(tx, POSTPONED, client, rows, Tuple.of(tenant, rows.toString(), first, longest));
  }

  private Uni<Void> failed(
      SqlConnection tx, String tenant, String client, List<PartnerResult> results) {
    ArrayNode rows = failures(results, verdict -> verdict == PartnerResult.Verdict.FAILED);
    return run(tx, FAILED, client, rows, Tuple.of(tenant, rows.toString()));
  }

  private static ArrayNode failures(
      List<PartnerResult> results, Predicate<PartnerResult.Verdict> verdict) {
    ArrayNode rows = ContractJson.mapper().createArrayNode();
    results.stream()
        .filter(r -> verdict.test(r.verdict()))
        .forEach(
            r ->
                rows.addObject()
                    .put("id", r.context().toString())
                    .put("code", r.code())
                    .put("message", r.message()));
    return rows;
  }

  private Uni<Void> run(
      SqlConnection tx, String sql, String client, ArrayNode rows, Tuple parameters) {
    return rows.isEmpty()
        ? Uni.createFrom().voidItem()
        : transitions.apply(tx, sql, parameters, client).replaceWithVoid();
  }
}
