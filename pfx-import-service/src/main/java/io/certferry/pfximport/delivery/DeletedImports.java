package io.certferry.pfximport.delivery;

import io.certferry.messaging.Outbox;
import io.certferry.pfximport.imported.ImportObserver;
import io.certferry.pfximport.imported.ImportedPfx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** Ends what is on its way of an import that was deleted, and forgets what was kept of it. */
@Singleton
class DeletedImports implements ImportObserver {

  private final DeliveryTable table;
  private final Outbox outbox;
  private final InstantSource clock;

  DeletedImports(DeliveryTable table, Outbox outbox, InstantSource clock) {
    this.table = table;
    this.outbox = outbox;
    this.clock = clock;
  }

  @Override
  public Uni<Void> deleted(SqlConnection tx, ImportedPfx pfx) {
    return table
        .failAll(
            tx,
            pfx.importId(),
            "import-deleted",
            "the import was deleted before its delivery",
            clock.instant())
        .chain(
            failed ->
                outbox.append(tx, failed.stream().map(row -> row.failure(row.cause())).toList()));
  }
}
