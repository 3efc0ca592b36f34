package io.certferry.revocation.order;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.event.CaResult.CertificateRevoked;
import io.certferry.contracts.event.CaResult.RevocationRefused;
import io.certferry.revocation.inventory.IssuerNames;
import io.certferry.revocation.inventory.Serials;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The transitions that answers from outside bring. Each is harmless when it comes again. */
@Singleton
public class Progress {

  private static final int LONGEST_DETAIL = 2_000;

  private static final String BARRED =
      """
      update revocation r set barrier_at = e.at, barrier_due = null
      from json_to_recordset($1::text::json) as e (request_id uuid, at timestamptz)
      where r.request_id = e.request_id and r.barrier_at is null
      """;

  private static final String AWAIT_CERTIFICATE =
      """
      update revocation r set state = 'barred', version = r.version + 1
      where r.request_id = any($1::uuid[]) and r.action = 'revoke' and r.serial is null
        and r.state = 'ordered' and r.barrier_at is not null
        and exists (select from request q where q.request_id = r.request_id and q.state = 'REVOKING')
      """;

  private static final String REMOVED =
      """
      update revocation r set state = 'closed', state_reason = 'removal-requested', ended_at = now(),
        version = r.version + 1
      where r.request_id = any($1::uuid[]) and r.action = 'remove' and r.state = 'ordered'
        and r.barrier_at is not null
      """;

  private static final String NO_CERTIFICATE =
      """
      update revocation r set state = 'closed', state_reason = 'no-certificate', ended_at = now(),
        barrier_due = null, version = r.version + 1
      where r.request_id = any($1::uuid[]) and r.serial is null and r.state in ('ordered', 'barred')
        and not exists (select from certificate c where c.request_id = r.request_id)
      """;

  private static final String ACCEPTED =
      """
      update revocation r set state = 'accepted', state_reason = null, state_detail = null,
        accepted_at = coalesce(r.accepted_at, e.at), already = e.already, next_attempt_at = null,
        verify_at = now(), lease_until = null, version = r.version + 1
      from json_to_recordset($1::text::json) as e (id uuid, issuer_key text, serial text, at timestamptz,
        already boolean)
      where (r.command_id = e.id or (r.issuer_key = e.issuer_key and r.serial = e.serial and r.action = 'revoke'))
        and r.state in ('ordered', 'barred', 'submitted', 'waiting', 'failed')
      """;

  private static final String REFUSED =
      """
      update revocation r set state = e.state, state_reason = e.code, state_detail = e.message,
        next_attempt_at = case when e.pause is not null then now() + make_interval(secs => e.pause) end,
        command_id = case when e.pause is not null then gen_random_uuid() else r.command_id end,
        lease_until = null, version = r.version + 1
      from json_to_recordset($1::text::json) as e (id uuid, state text, code text, message text,
        pause double precision)
      where r.command_id = e.id and r.state in ('ordered', 'submitted', 'waiting')
      """;

  /**
   * The answer of a CA to a certificate that we never ordered: issuance-service's own quarantine.
   */
  private static final String ADOPT =
      """
      insert into revocation as r (id, tenant, request_id, device_id, subject, profile_id, item, generation,
        ca_id, issuer, issuer_key, serial, not_after, trigger, reason, priority, action,
        remove_from_device, channel, state, event_at, ordered_at, accepted_at, already, ordered_by,
        correlation_id, command_id, verify_at)
      select e.id, q.tenant, q.request_id, q.device_id, q.subject, q.profile_id, q.item, q.generation,
        e.ca_id, e.issuer, e.issuer_key, e.serial, c.not_after, 'quarantined', 'unspecified', 1, 'revoke',
        false, 'connector', 'accepted', e.at, e.at, e.at, e.already, 'issuance-service',
        e.id::text, e.id, now()
      from json_to_recordset($1::text::json) as e (id uuid, request_id uuid, ca_id text, issuer text,
        issuer_key text, serial text, at timestamptz, already boolean)
      join request q on q.request_id = e.request_id
      left join certificate c on c.issuer_key = e.issuer_key and c.serial = e.serial
      on conflict do nothing
      """;

  private final Transitions transitions;
  private final RevocationMetrics metrics;
  private final RetryConfig retry;

  public Progress(Transitions transitions, RevocationMetrics metrics, RetryConfig retry) {
    this.transitions = transitions;
    this.metrics = metrics;
    this.retry = retry;
  }

  /**
   * issuance-service committed the barrier of these requests.
   *
   * @param barriers request to the time of the commit
   */
  public Uni<Void> barred(SqlConnection tx, Map<UUID, Instant> barriers) {
    if (barriers.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    ArrayNode rows = array();
    barriers.forEach(
        (id, at) -> rows.addObject().put("request_id", id.toString()).put("at", at.toString()));
    UUID[] ids = barriers.keySet().toArray(UUID[]::new);
    return transitions
        .update(tx, BARRED, Tuple.of(rows.toString()))
        .invoke(changed -> changed.forEach(metrics::barred))
        .chain(() -> transitions.apply(tx, AWAIT_CERTIFICATE, Tuple.of(ids)))
        .chain(() -> transitions.apply(tx, REMOVED, Tuple.of(ids)))
        .replaceWithVoid();
  }

  /** These requests ended; where there is no certificate there is nothing to revoke. */
  public Uni<Void> over(SqlConnection tx, Collection<UUID> requestIds) {
    return requestIds.isEmpty()
        ? Uni.createFrom().voidItem()
        : transitions
            .apply(tx, NO_CERTIFICATE, Tuple.of(requestIds.toArray(UUID[]::new)))
            .replaceWithVoid();
  }

  /** CAs took revocations; one that we did not order is adopted, so that it is watched as well. */
  public Uni<Void> accepted(SqlConnection tx, List<CertificateRevoked> results) {
    if (results.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    ArrayNode rows = array();
    results.forEach(result -> addAccepted(rows, result));
    return transitions
        .apply(tx, ACCEPTED, Tuple.of(rows.toString()))
        .chain(() -> transitions.apply(tx, ADOPT, Tuple.of(rows.toString())))
        .replaceWithVoid();
  }

  private static void addAccepted(ArrayNode rows, CertificateRevoked result) {
    rows.addObject()
        .put("id", result.revocationId().toString())
        .put("request_id", result.requestId().toString())
        .put("ca_id", result.caId())
        .put("issuer", result.issuer())
        .put("issuer_key", IssuerNames.key(result.issuer()))
        .put("serial", Serials.canonical(result.serial()))
        .put("at", result.revokedAt().toString())
        .put("already", result.already());
  }

  /** CAs or connectors refused; what each refusal means is in one table. */
  public Uni<Void> refused(SqlConnection tx, List<RevocationRefused> results) {
    if (results.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    ArrayNode rows = array();
    results.forEach(
        result -> addRefused(rows, result.revocationId(), result.code(), result.message()));
    List<CertificateRevoked> already =
        results.stream()
            .filter(result -> Refusals.of(result.code()) == Refusals.Meaning.REVOKED)
            .map(Progress::asRevoked)
            .toList();
    return (rows.isEmpty()
            ? Uni.createFrom().voidItem()
            : transitions.apply(tx, REFUSED, Tuple.of(rows.toString())).replaceWithVoid())
        .chain(() -> accepted(tx, already));
  }

  private static CertificateRevoked asRevoked(RevocationRefused result) {
    return new CertificateRevoked(
        result.requestId(),
        result.caId(),
        result.revocationId(),
        result.issuer(),
        result.serial(),
        result.at(),
        true);
  }

  private void addRefused(ArrayNode rows, UUID id, String code, String message) {
    Refusals.Meaning meaning = Refusals.of(code);
    if (meaning == Refusals.Meaning.REVOKED) {
      return;
    }
    var node =
        rows.addObject()
            .put("id", id.toString())
            .put("code", code)
            .put(
                "message",
                message.length() > LONGEST_DETAIL ? message.substring(0, LONGEST_DETAIL) : message);
    switch (meaning) {
      case CANNOT -> node.put("state", "waiting").put("pause", seconds(retry.whenCaCannot()));
      case SEND_AGAIN -> node.put("state", "waiting").put("pause", 0);
      case LATER -> node.put("state", "waiting").put("pause", seconds(retry.first()));
      case NEVER -> node.put("state", "failed");
      case REVOKED -> throw new IllegalStateException("handled above");
    }
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  private static ArrayNode array() {
    return ContractJson.mapper().createArrayNode();
  }
}
