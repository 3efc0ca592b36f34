package io.certferry.revocation.order;

import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.OutboundEvent;
import io.certferry.messaging.Outbox;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes rows and tells of it: whatever an update returns is announced and audited in its own
 * transaction.
 */
@Singleton
public class Transitions {

  private static final String SERVICE = "revocation-service";

  private final Outbox outbox;
  private final AuditTrail audit;
  private final RevocationMetrics metrics;
  private final InstantSource clock;

  public Transitions(
      Outbox outbox, AuditTrail audit, RevocationMetrics metrics, InstantSource clock) {
    this.outbox = outbox;
    this.audit = audit;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * Runs an update of {@code revocation r} that sets a new state and announces what it changed.
   *
   * @param sql without its {@code returning} clause
   */
  public Uni<List<Revocation>> apply(SqlConnection tx, String sql, Tuple parameters) {
    return update(tx, sql, parameters).call(changed -> tell(tx, changed, SERVICE));
  }

  /** The same, in the name of a person. */
  public Uni<List<Revocation>> apply(SqlConnection tx, String sql, Tuple parameters, String actor) {
    return update(tx, sql, parameters).call(changed -> tell(tx, changed, actor));
  }

  /** Runs an update of {@code revocation r} that nobody needs to hear of. */
  public Uni<List<Revocation>> update(SqlConnection tx, String sql, Tuple parameters) {
    return tx.preparedQuery(sql + " returning " + Revocation.COLUMNS)
        .execute(parameters)
        .map(Transitions::list);
  }

  private Uni<Void> tell(SqlConnection tx, List<Revocation> changed, String actor) {
    Instant now = clock.instant();
    List<OutboundEvent> events = new ArrayList<>();
    List<AuditEntry> entries = new ArrayList<>();
    for (Revocation revocation : changed) {
      events.add(Announcements.progressed(revocation, now));
      if (revocation.state() != RevocationState.SUBMITTED) {
        entries.add(Announcements.audit(revocation, actor));
      }
      metrics.reached(revocation);
    }
    return outbox.append(tx, events).chain(() -> audit.append(tx, entries));
  }

  static List<Revocation> list(RowSet<Row> rows) {
    List<Revocation> list = new ArrayList<>();
    rows.forEach(row -> list.add(Revocation.of(row)));
    return list;
  }
}
