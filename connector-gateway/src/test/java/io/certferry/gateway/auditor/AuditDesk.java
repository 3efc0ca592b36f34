package io.certferry.gateway.auditor;

import io.certferry.gateway.attempt.Desk;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;

/** Audits by hand. */
@Singleton
public class AuditDesk {

  private static final Duration WINDOW = Duration.ofMinutes(1);

  private final Auditor auditor;
  private final AuditStore store;
  private final InstantSource clock;

  AuditDesk(Auditor auditor, AuditStore store, InstantSource clock) {
    this.auditor = auditor;
    this.store = store;
    this.clock = clock;
  }

  /** Compares the last minute at once; the audit's id. */
  public UUID audit(String caId) {
    Instant now = clock.instant();
    Audit audit = store.schedule(caId, now.minus(WINDOW), now.plusSeconds(1), "test");
    auditor.run(audit);
    return audit.id();
  }

  /** One round, as if the last had been long ago. */
  void round(Desk desk) {
    desk.execute("update restore_reconciliation set looked_at = null");
    auditor.round();
  }

  Audit.Report report(String caId, UUID id) {
    return store.find(caId, id, "default").orElseThrow();
  }
}
