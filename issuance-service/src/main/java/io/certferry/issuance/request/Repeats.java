package io.certferry.issuance.request;

import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.event.PackageReady;
import io.certferry.contracts.event.RequestState;
import io.certferry.contracts.grant.JwsKeys;
import io.certferry.issuance.grant.GrantText;
import io.certferry.issuance.rows.Cells;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.OutboundEvent;
import io.certferry.messaging.Outbox;
import io.certferry.messaging.Refusal;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A command for a natural key that is known: no second request ever. The recorded state goes out
 * again; a newer grant replaces the one of a request that no CA has heard of; another device key
 * has the package made again.
 */
@Singleton
class Repeats {

  private static final String LOCK =
      """
      select r.* from request r
      where r.request_id = $1
         or (r.tenant, r.device_id, r.subject, r.profile_id, r.item, r.generation) = ($2, $3, $4, $5, $6, $7)
      order by r.request_id for update
      """;

  private static final String RECORDED =
      """
      select r.*,
        coalesce(d.grant_jws, g.delivery_grant_jws, g.grant_jws) as newest_grant,
        coalesce(d.device_certificate, g.delivery_certificate, g.device_certificate) as newest_certificate,
        c.ca_id as c_ca_id, c.issuer, c.serial, c.subject as c_subject, c.not_before, c.not_after,
        c.sha256 as c_sha256, c.spki_sha256,
        p.package_id, p.forms, p.sha256 as p_sha256, p.size as p_size, p.created_at as p_created_at
      from request r
        join request_grant g using (request_id)
        left join redelivery d using (request_id)
        left join certificate c using (request_id)
        left join package p on p.request_id = r.request_id and p.state in ('OFFERED', 'FAILED', 'INSTALLED')
      where r.request_id = $1
      """;

  private static final String REPLACE_GRANT =
      """
      with g as (
        update request_grant set grant_jws = $2, device_certificate = $3,
          delivery_grant_jws = null, delivery_certificate = null
        where request_id = $1)
      update request set stage = $4, next_attempt_at = now(), tries = 0, reason = null, detail = null,
        lease_owner = null, lease_until = null, lease_epoch = lease_epoch + 1
      where request_id = $1
      """;

  private static final String REDELIVER =
      """
      insert into redelivery (request_id, grant_jws, device_certificate, correlation_id, causation_id, traceparent)
      values ($1, $2, $3, $4, $5, $6)
      on conflict (request_id) do update set
        grant_jws = excluded.grant_jws, device_certificate = excluded.device_certificate,
        correlation_id = excluded.correlation_id, causation_id = excluded.causation_id,
        traceparent = excluded.traceparent, next_attempt_at = now(), tries = 0
      """;

  private final Outbox outbox;
  private final AuditTrail audit;

  Repeats(Outbox outbox, AuditTrail audit) {
    this.outbox = outbox;
    this.audit = audit;
  }

  /** The stage that a new request of a kind begins with. */
  static Stage firstStage(String kind) {
    return kind.equals(RequestRow.PKCS) ? Stage.KEY : Stage.PACKAGE;
  }

  /** Handles one; a refusal if it contradicts what is recorded. */
  Uni<Optional<Refusal>> handle(SqlConnection tx, Command command) {
    var key = command.naturalKey();
    Tuple parameters =
        Tuple.from(
            Arrays.asList(
                command.requestId(),
                key.tenant(),
                key.deviceId(),
                key.subject(),
                key.profileId(),
                key.item(),
                key.generation()));
    return tx.preparedQuery(LOCK)
        .execute(parameters)
        .map(rows -> rows.stream().map(RequestRow::of).toList())
        .flatMap(
            rows ->
                isSame(rows, command)
                    ? repeat(tx, command).replaceWith(Optional.<Refusal>empty())
                    : Uni.createFrom().item(Optional.of(contradiction(command))));
  }

  private static boolean isSame(List<RequestRow> rows, Command command) {
    return rows.size() == 1
        && rows.get(0).requestId().equals(command.requestId())
        && rows.get(0).naturalKey().equals(command.naturalKey())
        && rows.get(0).kind().equals(command.kind());
  }

  private static Refusal contradiction(Command command) {
    return new Refusal(
        command.event(),
        "natural-key-conflict",
        "the natural key or the request id is recorded with another partner");
  }

  private Uni<Void> repeat(SqlConnection tx, Command command) {
    return tx.preparedQuery(RECORDED)
        .execute(Tuple.of(command.requestId()))
        .map(rows -> Recorded.of(rows.iterator().next()))
        .flatMap(
            recorded ->
                follow(tx, command, recorded)
                    .chain(() -> outbox.append(tx, recorded.events(command))));
  }

  private Uni<Void> follow(SqlConnection tx, Command command, Recorded recorded) {
    boolean newer =
        command.grant().issuedAt().isAfter(GrantText.read(recorded.grantJws()).issuedAt());
    if (!newer) {
      return Uni.createFrom().voidItem();
    }
    RequestState state = recorded.row().state();
    if (state == RequestState.ACCEPTED || state == RequestState.KEYED) {
      return replaceGrant(tx, command);
    }
    boolean otherDevice = !Arrays.equals(command.deviceCertificate(), recorded.deviceCertificate());
    return otherDevice && hasKey(state) ? redeliver(tx, command) : Uni.createFrom().voidItem();
  }

  /** The states in which the wrapped key exists, or will be needed. */
  private static boolean hasKey(RequestState state) {
    return switch (state) {
      case SUBMITTING, PENDING_AT_CA, UNKNOWN_AT_CA, ISSUED, PACKAGED, OFFERED, INSTALLED -> true;
      case ACCEPTED, KEYED, DENIED, KEY_DESTROYED, CANCELLED, SUPERSEDED, QUARANTINED -> false;
      case REVOKING, REVOKED, FAILED -> false;
    };
  }

  private Uni<Void> replaceGrant(SqlConnection tx, Command command) {
    return tx.preparedQuery(REPLACE_GRANT)
        .execute(
            Tuple.of(
                command.requestId(),
                command.grantJws(),
                Buffer.buffer(command.deviceCertificate()),
                firstStage(command.kind()).name()))
        .chain(() -> audit.append(tx, List.of(entry("grant.replaced", command))));
  }

  private Uni<Void> redeliver(SqlConnection tx, Command command) {
    var cause = command.cause();
    return tx.preparedQuery(REDELIVER)
        .execute(
            Tuple.of(
                command.requestId(),
                command.grantJws(),
                Buffer.buffer(command.deviceCertificate()),
                cause.correlationId(),
                cause.causationId(),
                cause.traceparent()))
        .chain(() -> audit.append(tx, List.of(entry("redelivery.requested", command))));
  }

  private static AuditEntry entry(String action, Command command) {
    return new AuditEntry(
        command.naturalKey().tenant(),
        action,
        "profile-service",
        "request/" + command.requestId(),
        Map.of(
            "grantSha256", JwsKeys.sha256Hex(command.grantJws()),
            "deviceKeySha256", command.grant().deviceKeySha256()));
  }

  /** What is known of the request, as it goes out again. */
  private record Recorded(
      RequestRow row,
      String grantJws,
      byte[] deviceCertificate,
      @Nullable CertificateFacts certificate,
      @Nullable PackageReady offered) {

    static Recorded of(Row row) {
      RequestRow request = RequestRow.of(row);
      return new Recorded(
          request,
          row.getString("newest_grant"),
          Cells.bytes(row, "newest_certificate"),
          row.getString("serial") == null ? null : facts(row),
          row.getUUID("package_id") == null ? null : ready(request, row));
    }

    private static CertificateFacts facts(Row row) {
      return new CertificateFacts(
          row.getString("c_ca_id"),
          row.getString("issuer"),
          row.getString("serial"),
          row.getString("c_subject"),
          Cells.instant(row, "not_before"),
          Cells.instant(row, "not_after"),
          row.getString("c_sha256"),
          row.getString("spki_sha256"));
    }

    private static PackageReady ready(RequestRow request, Row row) {
      return new PackageReady(
          row.getUUID("package_id"),
          request.requestId(),
          request.naturalKey(),
          request.kind(),
          List.of(row.getArrayOfStrings("forms")),
          row.getString("p_sha256"),
          row.getLong("p_size"),
          Cells.instant(row, "p_created_at"));
    }

    List<OutboundEvent> events(Command command) {
      List<OutboundEvent> events = new ArrayList<>();
      events.add(Progress.recorded(row, certificate, command.cause()).event());
      if (offered != null) {
        events.add(Progress.onCertificates(row.naturalKey(), offered, command.cause()));
      }
      return events;
    }
  }
}
