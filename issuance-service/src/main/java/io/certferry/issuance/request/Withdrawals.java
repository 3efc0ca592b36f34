package io.certferry.issuance.request;

import io.certferry.contracts.event.PackageWithdrawn;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.Cause;
import io.certferry.messaging.OutboundEvent;
import io.certferry.messaging.Outbox;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Packages that must not be installed any more: fetching answers 410, and the others hear of it.
 */
@Singleton
public class Withdrawals {

  private static final String WITHDRAW =
      """
      with gone as (
        update package set state = 'WITHDRAWN', detail = $2, withdrawn_at = now()
        where request_id = any($1) and state in ('OFFERED', 'FAILED', 'INSTALLED')
        returning *),
      emptied as (
        update package_form f set content = null from gone where f.package_id = gone.package_id)
      select * from gone
      """;

  private final Outbox outbox;
  private final AuditTrail audit;

  Withdrawals(Outbox outbox, AuditTrail audit) {
    this.outbox = outbox;
    this.audit = audit;
  }

  /** Withdraws whatever these requests have on offer; their rows are locked by the caller. */
  public Uni<Void> withdraw(
      SqlConnection tx, Collection<UUID> requestIds, String reason, Cause cause) {
    return withdraw(
        tx, requestIds.stream().collect(Collectors.toMap(id -> id, id -> cause)), reason);
  }

  /** As above, each request for a cause of its own. */
  public Uni<Void> withdraw(SqlConnection tx, Map<UUID, Cause> causes, String reason) {
    if (causes.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.preparedQuery(WITHDRAW)
        .execute(Tuple.of(causes.keySet().toArray(UUID[]::new), reason))
        .flatMap(
            rows -> {
              List<OutboundEvent> events = new ArrayList<>();
              List<AuditEntry> entries = new ArrayList<>();
              for (Row row : rows) {
                events.add(event(row, reason, cause(causes, row)));
                entries.add(entry(row, reason));
              }
              return outbox.append(tx, events).chain(() -> audit.append(tx, entries));
            });
  }

  private static Cause cause(Map<UUID, Cause> causes, Row row) {
    return Objects.requireNonNull(causes.get(row.getUUID("request_id")));
  }

  private static OutboundEvent event(Row row, String reason, Cause cause) {
    var key = RequestRow.naturalKey(row);
    return Progress.onCertificates(
        key,
        new PackageWithdrawn(row.getUUID("package_id"), row.getUUID("request_id"), key, reason),
        cause);
  }

  private static AuditEntry entry(Row row, String reason) {
    return new AuditEntry(
        row.getString("tenant"),
        "package.withdrawn",
        "issuance-service",
        "package/" + row.getUUID("package_id"),
        Map.of("requestId", row.getUUID("request_id").toString(), "reason", reason));
  }
}
