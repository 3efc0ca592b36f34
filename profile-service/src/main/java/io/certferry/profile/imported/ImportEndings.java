package io.certferry.profile.imported;

import io.certferry.contracts.event.NaturalKey;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.Cause;
import io.certferry.messaging.OutboundEvent;
import io.certferry.messaging.Outbox;
import io.certferry.profile.enrolment.Ended;
import io.certferry.profile.enrolment.GrantDecisions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
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

  private static final String OF_IMPORTS =
      """
      select e.request_id, e.tenant, e.device_id, e.subject, e.profile_id, e.item, e.generation, e.state
      from unnest($1::text[], $2::uuid[]) as g (tenant, import_id)
      join enrolment e on e.tenant = g.tenant and e.import_id = g.import_id
      where e.ended_at is null
      order by e.device_id, e.request_id
      """;

  private static final Set<String> NOWHERE = Set.of("FAILED", "CANCELLED", "REVOKING", "REVOKED");

  private final GrantDecisions decisions;
  private final Outbox outbox;
  private final AuditTrail audit;

  ImportEndings(GrantDecisions decisions, Outbox outbox, AuditTrail audit) {
    this.decisions = decisions;
    this.outbox = outbox;
    this.audit = audit;
  }

  /** Ends what is not ended yet; the devices are locked by the caller. */
  public Uni<Void> end(SqlConnection tx, List<Ending> endings, Instant now) {
    if (endings.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Map<UUID, String> reasons = new LinkedHashMap<>();
    endings.forEach(ending -> reasons.put(ending.requestId(), ending.reason()));
    return decisions
        .close(tx, reasons, now)
        .map(ended -> ended.stream().map(Ended::requestId).collect(Collectors.toSet()))
        .map(ended -> endings.stream().filter(e -> ended.contains(e.requestId())).toList())
        .chain(ended -> announce(tx, ended, now));
  }

  private Uni<Void> announce(SqlConnection tx, List<Ending> ended, Instant now) {
    List<OutboundEvent> events =
        ended.stream().filter(Ending::isOnDevice).map(ending -> ending.event(now)).toList();
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
