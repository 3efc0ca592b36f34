package io.certferry.pfximport.imported;

import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.edge.ProblemException;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.Cause;
import io.certferry.messaging.EventIds;
import io.certferry.messaging.OutboundEvent;
import io.certferry.messaging.Outbox;
import io.certferry.messaging.crash.CrashPoint;
import io.certferry.pfximport.importkey.ImportKeyRing;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/**
 * What happens to imports: each change, its event and its audit entry in one transaction. Blocks
 * unless it gives a {@code Uni}.
 */
@Singleton
public class Imports {

  private static final int REPUBLISH_BATCH = 500;
  private static final Uni<Void> NOTHING = Uni.createFrom().voidItem();

  private final Pool pool;
  private final ImportTable table;
  private final ImportKeyRing keys;
  private final Outbox outbox;
  private final AuditTrail audit;
  private final Instance<ImportObserver> observers;
  private final InstantSource clock;

  Imports(
      Pool pool,
      ImportTable table,
      ImportKeyRing keys,
      Outbox outbox,
      AuditTrail audit,
      @Any Instance<ImportObserver> observers,
      InstantSource clock) {
    this.pool = pool;
    this.table = table;
    this.keys = keys;
    this.outbox = outbox;
    this.audit = audit;
    this.observers = observers;
    this.clock = clock;
  }

  /**
   * Takes a new one in.
   *
   * @return empty if the user has this certificate already
   * @throws ProblemException 409 if its import key was retired meanwhile
   */
  public Optional<ImportedPfx> record(NewImport pfx, String actor, String correlationId) {
    return commit(
        tx ->
            held(tx, pfx)
                .chain(() -> table.insert(tx, EventIds.next(), pfx, clock.instant()))
                .call(made -> told(tx, made, "import.recorded", actor, correlationId)));
  }

  /**
   * Puts another file, purpose or user spelling in the place of what is there.
   *
   * @throws ProblemException 404 if it is not there; 409 if its import key was retired meanwhile
   */
  public ImportedPfx replace(ImportedPfx old, NewImport pfx, String actor, String correlationId) {
    return commit(
            tx ->
                held(tx, pfx)
                    .chain(() -> present(tx, old))
                    .chain(found -> table.replace(tx, found.importId(), pfx, clock.instant()))
                    .call(made -> told(tx, made, "import.replaced", actor, correlationId)))
        .orElseThrow(ProblemException::notFound);
  }

  /**
   * Deletes; the sealed parts are destroyed at once.
   *
   * @throws ProblemException 404 if it is not there
   */
  public void delete(ImportedPfx old, String actor, String correlationId) {
    commit(
        tx ->
            present(tx, old)
                .chain(found -> table.delete(tx, found.importId(), clock.instant()))
                .call(gone -> told(tx, gone, "import.deleted", actor, correlationId))
                .call(gone -> observed(tx, gone)));
  }

  private Uni<Void> held(SqlConnection tx, NewImport pfx) {
    return keys.hold(tx, pfx.sealed().keySha256())
        .invoke(
            held -> {
              if (!held) {
                throw ProblemException.conflict("the import key was retired: fetch it again");
              }
            })
        .replaceWithVoid();
  }

  private Uni<ImportedPfx> present(SqlConnection tx, ImportedPfx old) {
    return table
        .lock(tx, old.tenant(), old.importId())
        .map(
            found ->
                found
                    .filter(pfx -> pfx.state() != ImportedPfx.State.DELETED)
                    .orElseThrow(ProblemException::notFound));
  }

  private Uni<Void> observed(SqlConnection tx, Optional<ImportedPfx> gone) {
    Uni<Void> all = Uni.createFrom().voidItem();
    for (ImportObserver observer : observers) {
      all = all.chain(() -> gone.map(pfx -> observer.deleted(tx, pfx)).orElse(NOTHING));
    }
    return all;
  }

  private Uni<Void> told(
      SqlConnection tx,
      Optional<ImportedPfx> changed,
      String action,
      String actor,
      String correlationId) {
    return changed
        .map(
            pfx ->
                outbox
                    .append(tx, List.of(event(pfx, Cause.withCorrelationId(correlationId))))
                    .chain(() -> audit.append(tx, List.of(entry(pfx, action, actor)))))
        .orElse(NOTHING);
  }

  private <T> T commit(Function<SqlConnection, Uni<T>> change) {
    T done =
        pool.withTransaction(
                tx -> change.apply(tx).invoke(CrashPoint.PFX_IMPORT_BEFORE_COMMIT::hit))
            .await()
            .indefinitely();
    CrashPoint.PFX_IMPORT_AFTER_COMMIT.hit();
    outbox.nudge();
    return done;
  }

  /**
   * A delivery found that it does not open. In the caller's transaction; does nothing if it was
   * changed meanwhile.
   */
  public Uni<Void> fail(
      SqlConnection tx, ImportedPfx pfx, String reason, String detail, Cause cause) {
    return table
        .fail(tx, pfx, reason, detail, clock.instant())
        .chain(failed -> changed(tx, failed, "import.failed", cause));
  }

  /**
   * A delivery opened it. In the caller's transaction; the certificate's own word corrects the
   * record.
   */
  public Uni<Void> opened(
      SqlConnection tx, ImportedPfx pfx, CertificateDates dates, String deviceId, Cause cause) {
    AuditEntry opened =
        new AuditEntry(
            pfx.tenant(),
            "import.opened",
            "pfx-import-service",
            pfx.auditSubject(),
            facts(pfx, Map.of("deviceId", deviceId)));
    return table
        .learn(tx, pfx, dates.sha256(), dates.notBefore(), dates.notAfter(), clock.instant())
        .chain(learned -> changed(tx, learned, "import.corrected", cause))
        .chain(() -> table.opened(tx, pfx.importId(), clock.instant()))
        .chain(() -> audit.append(tx, List.of(opened)));
  }

  /**
   * What a certificate says about itself.
   *
   * @param sha256 lower-case hex
   */
  public record CertificateDates(
      String sha256, java.time.Instant notBefore, java.time.Instant notAfter) {}

  private Uni<Void> changed(
      SqlConnection tx, Optional<ImportedPfx> changed, String action, Cause cause) {
    return changed
        .map(
            pfx ->
                outbox
                    .append(tx, List.of(event(pfx, cause)))
                    .chain(
                        () -> audit.append(tx, List.of(entry(pfx, action, "pfx-import-service")))))
        .orElse(NOTHING);
  }

  static OutboundEvent event(ImportedPfx pfx, Cause cause) {
    return new OutboundEvent(
        pfx.tenant(), Topics.PFX_IMPORTS, Keys.of(pfx.tenant(), pfx.userId()), pfx.event(), cause);
  }

  private static AuditEntry entry(ImportedPfx pfx, String action, String actor) {
    return new AuditEntry(pfx.tenant(), action, actor, pfx.auditSubject(), facts(pfx, Map.of()));
  }

  private static Map<String, String> facts(ImportedPfx pfx, Map<String, String> more) {
    Map<String, String> facts = new TreeMap<>(more);
    facts.put("userPrincipalName", pfx.userPrincipalName());
    facts.put("thumbprint", pfx.thumbprint());
    facts.put("purpose", pfx.purpose().id());
    facts.put("version", Integer.toString(pfx.version()));
    facts.put("source", pfx.source());
    if (pfx.reason() != null) {
      facts.put("reason", pfx.reason());
    }
    return facts;
  }

  /** One of a user; empty if it is not there. The look goes into the audit. */
  public Optional<ImportedPfx> find(String tenant, UUID userId, String thumbprint, String actor) {
    Optional<ImportedPfx> found = table.find(tenant, userId, thumbprint);
    found.ifPresent(pfx -> looked(pfx, actor));
    return found;
  }

  /** One by its id, deleted or not. The look goes into the audit. */
  public Optional<ImportedPfx> find(String tenant, UUID importId, String actor) {
    Optional<ImportedPfx> found = table.find(tenant, importId);
    found.ifPresent(pfx -> looked(pfx, actor));
    return found;
  }

  private void looked(ImportedPfx pfx, String actor) {
    pool.withTransaction(tx -> audit.append(tx, List.of(entry(pfx, "import.read", actor))))
        .await()
        .indefinitely();
  }

  /** A page by id. The look goes into the audit, as one entry. */
  public List<ImportedPfx> page(
      String tenant, ImportQuery query, UUID after, int limit, String actor) {
    List<ImportedPfx> page = table.page(tenant, query, after, limit);
    AuditEntry listed =
        new AuditEntry(
            tenant,
            "import.listed",
            actor,
            "imports",
            Map.of("query", query.toString(), "count", Integer.toString(page.size())));
    pool.withTransaction(tx -> audit.append(tx, List.of(listed))).await().indefinitely();
    return page;
  }

  /** How many there are. */
  public long count(String tenant, ImportQuery query) {
    return table.count(tenant, query);
  }

  /** Emits the recorded state of all imports of a tenant again, also of deleted ones; how many. */
  int republish(String tenant, String actor, String correlationId) {
    UUID after = new UUID(0, 0);
    int events = 0;
    List<ImportedPfx> batch = table.everything(tenant, after, REPUBLISH_BATCH);
    while (!batch.isEmpty()) {
      republish(batch, correlationId);
      events += batch.size();
      batch = table.everything(tenant, batch.get(batch.size() - 1).importId(), REPUBLISH_BATCH);
    }
    AuditEntry entry =
        new AuditEntry(
            tenant,
            "import.republished",
            actor,
            "imports",
            Map.of("count", Integer.toString(events)));
    pool.withTransaction(tx -> audit.append(tx, List.of(entry))).await().indefinitely();
    outbox.nudge();
    return events;
  }

  private void republish(List<ImportedPfx> batch, String correlationId) {
    Cause cause = Cause.withCorrelationId(correlationId);
    pool.withTransaction(
            tx -> outbox.append(tx, batch.stream().map(pfx -> event(pfx, cause)).toList()))
        .await()
        .indefinitely();
  }
}
