package io.certferry.pfximport.imported;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;

/** Somebody who has to act in the transaction that changes an import. */
public interface ImportObserver {

  /** The import is deleted and its sealed parts are destroyed. */
  Uni<Void> deleted(SqlConnection tx, ImportedPfx pfx);
}
