package io.certferry.pfximport.imported;

import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.WorkLoop;
import io.certferry.messaging.crash.CrashPoint;
import io.certferry.pfximport.imported.ImportTable.Sealed;
import io.certferry.pfximport.importkey.ImportKey;
import io.certferry.pfximport.importkey.ImportKeyRing;
import io.certferry.pfximport.importkey.KeyRotated;
import io.certferry.pki.PkiException;
import io.certferry.pki.custody.OaepHash;
import io.certferry.pki.custody.SealedImport;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Seals imports anew to the current version of their key, while everything goes on: only the data
 * key is opened, and a row that was changed meanwhile is left for the next round. Several instances
 * may do the same row; the first counts.
 */
@Singleton
class Rewrap {

  private static final Logger LOG = Logger.getLogger(Rewrap.class);
  private static final UUID FIRST = new UUID(0, 0);

  private final ImportTable table;
  private final ImportKeyRing keys;
  private final Pool pool;
  private final AuditTrail audit;
  private final ImportsConfig config;
  private final WorkLoop loop;
  private UUID after = FIRST;

  Rewrap(ImportTable table, ImportKeyRing keys, Pool pool, AuditTrail audit, ImportsConfig config) {
    this.table = table;
    this.keys = keys;
    this.pool = pool;
    this.audit = audit;
    this.config = config;
    this.loop = new WorkLoop("import-rewrap", 1, config.rewrapPoll(), this::step);
  }

  void onStart(@Observes StartupEvent event) {
    loop.start();
  }

  void onStop(@Observes ShutdownEvent event) {
    loop.stop();
  }

  void onRotation(@Observes KeyRotated event) {
    loop.nudge();
  }

  /** One batch; the number of imports that were sealed anew. */
  synchronized int step() {
    List<Sealed> batch = table.toRewrap(after, config.rewrapBatch());
    if (batch.isEmpty() && after.equals(FIRST)) {
      return 0;
    }
    after = batch.isEmpty() ? FIRST : batch.get(batch.size() - 1).pfx().importId();
    Map<Sealed, SealedImport> renewed = new HashMap<>();
    batch.forEach(row -> renewed(row).ifPresent(parts -> renewed.put(row, parts)));
    if (renewed.isEmpty()) {
      return 0;
    }
    pool.withTransaction(tx -> store(tx, renewed).invoke(CrashPoint.PFX_REWRAP_BEFORE_COMMIT::hit))
        .await()
        .indefinitely();
    return renewed.size();
  }

  private Optional<SealedImport> renewed(Sealed sealed) {
    try {
      ImportKey old =
          keys.bySha256(sealed.pfx().tenant(), sealed.parts().keySha256()).orElseThrow();
      return keys.successorOf(old)
          .map(
              current -> {
                byte[] label = SealedImport.label(sealed.pfx().binding());
                return sealed
                    .parts()
                    .rewrapped(
                        current.spki(),
                        sealed.pfx().binding(),
                        text -> keys.decrypt(old, OaepHash.SHA256, label, text));
              });
    } catch (PkiException e) {
      LOG.errorf(
          "event=rewrap-failed tenant=%s importId=%s error=%s",
          sealed.pfx().tenant(), sealed.pfx().importId(), e.getMessage());
      return Optional.empty();
    }
  }

  private Uni<Void> store(SqlConnection tx, Map<Sealed, SealedImport> renewed) {
    Uni<Void> all = Uni.createFrom().voidItem();
    for (Map.Entry<Sealed, SealedImport> entry : renewed.entrySet()) {
      all =
          all.chain(() -> table.rewrap(tx, entry.getKey(), entry.getValue()))
              .chain(done -> done ? recorded(tx, entry) : Uni.createFrom().voidItem());
    }
    return all;
  }

  private Uni<Void> recorded(SqlConnection tx, Map.Entry<Sealed, SealedImport> entry) {
    ImportedPfx pfx = entry.getKey().pfx();
    return audit.append(
        tx,
        List.of(
            new AuditEntry(
                pfx.tenant(),
                "import.sealed-anew",
                "pfx-import-service",
                pfx.auditSubject(),
                Map.of(
                    "from", entry.getKey().parts().keySha256(),
                    "to", entry.getValue().keySha256()))));
  }
}
