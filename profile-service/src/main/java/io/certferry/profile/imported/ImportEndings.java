package io.certferry.profile.imported;

import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.EnrolmentEnded;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.Cause;
import io.certferry.messaging.OutboundEvent;
import io.certferry.messaging.Outbox;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Ends deliveries of imports. revocation-service hears of it and has them removed from the devices;
 * an import is never revoked, for it serves the user's other devices and old mail.
 */
@ApplicationScoped
public class ImportEndings {

  private static final String END =
      """
      with given as (
        select * from unnest($1::uuid[], $2::text[]) as g (request_id, reason)
      ), ended as (
        update enrolment e set ended_at = $3, ended_reason = g.reason, resend_at = null
        from given g where e.request_id = g.request_id and e.ended_at is null
        returning e.request_id, g.reason
      ), told as (
        insert into enrolment_step (request_id, step_key, at, step, reason)
        select request_id, 'ended', $3, 'ended', reason from ended
        on conflict do nothing
      )
      select request_id from ended
      """;

  private static final String OF_IMPORTS =
      """
      select e.request_id, e.tenant, e.device_id, e.subject, e.profile_id, e.item, e.generation, e.state
      from unnest($1::text[], $2::uuid[]) as g (tenant, import_id)
      join enrolment e on e.tenant = g.tenant and e.import_id = g.import_id
      where e.ended_at is null
      order by e.device_id, e.request_id
      """;

  private static final Set<String> NOWHERE = Set.of("FAILED", "CANCELLED", "REVOKING", "REVOKED");

  private final Outbox outbox;
  private final AuditTrail audit;

  ImportEndings(Outbox outbox, AuditTrail audit) {
    this.outbox = outbox;
    this.audit = audit;
  }

  /** Ends what is not ended yet; the devices are locked by the caller. */
  public Uni<Void> end(SqlConnection tx, List<Ending> endings, Instant now) {
    if (endings.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.preparedQuery(END)
        .execute(
            Tuple.tuple()
                .addArrayOfUUID(endings.stream().map(Ending::requestId).toArray(UUID[]::new))
                .addArrayOfString(endings.stream().map(Ending::reason).toArray(String[]::new))
                .addOffsetDateTime(now.atOffset(ZoneOffset.UTC)))
        .map(rows -> rows.stream().map(row -> row.getUUID(0)).collect(Collectors.toSet()))
        .map(ended -> endings.stream().filter(e -> ended.contains(e.requestId())).toList())
        .chain(ended -> announce(tx, ended, now));
  }

  private Uni<Void> announce(SqlConnection tx, List<Ending> ended, Instant now) {
    List<OutboundEvent> events =
        ended.stream().filter(Ending::isOnDevice).map(ending -> event(ending, now)).toList();
    return outbox
        .append(tx, events)
        .chain(() -> audit.append(tx, ended.stream().map(ImportEndings::entry).toList()));
  }

  /** What of deleted imports was granted and has not ended. */
  Uni<List<Ending>> ofDeleted(SqlConnection tx, Collection<UserImport> imports, Cause cause) {
    return tx.preparedQuery(OF_IMPORTS)
        .execute(
            Tuple.tuple()
                .addArrayOfString(imports.stream().map(UserImport::tenant).toArray(String[]::new))
                .addArrayOfUUID(imports.stream().map(UserImport::importId).toArray(UUID[]::new)))
        .map(rows -> rows.stream().map(row -> ending(row, cause)).toList());
  }

  private static Ending ending(Row row, Cause cause) {
    NaturalKey key =
        new NaturalKey(
            row.getString("tenant"),
            row.getString("device_id"),
            row.getString("subject"),
            row.getUUID("profile_id"),
            row.getString("item"),
            row.getInteger("generation"));
    return new Ending(
        row.getUUID("request_id"),
        key,
        "import-deleted",
        !NOWHERE.contains(row.getString("state")),
        cause);
  }

  private static OutboundEvent event(Ending ending, Instant now) {
    NaturalKey key = ending.naturalKey();
    return new OutboundEvent(
        key.tenant(),
        Topics.DEVICE_LIFECYCLE,
        Keys.device(key.tenant(), key.deviceId()),
        new EnrolmentEnded(ending.requestId(), key, ending.reason(), now),
        ending.cause());
  }

  private static AuditEntry entry(Ending ending) {
    return new AuditEntry(
        ending.naturalKey().tenant(),
        "enrolment.ended",
        "profile-service",
        "request/" + ending.requestId(),
        Map.of(
            "deviceId", ending.naturalKey().deviceId(),
            "item", ending.naturalKey().item(),
            "reason", ending.reason()));
  }
}
