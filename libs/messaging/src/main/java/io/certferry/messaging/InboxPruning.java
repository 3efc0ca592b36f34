package io.certferry.messaging;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Forgets old inbox entries, a few thousand per transaction. Several instances may do it at once.
 */
@Singleton
class InboxPruning {

  private static final int BATCH = 5_000;

  private final Pool pool;
  private final Inbox inbox;
  private final InboxConfig config;
  private final WorkLoop loop;

  InboxPruning(Pool pool, Inbox inbox, InboxConfig config) {
    this.pool = pool;
    this.inbox = inbox;
    this.config = config;
    this.loop = new WorkLoop("inbox-pruning", 1, config.pruneEvery(), this::prune);
  }

  void onStart(@Observes StartupEvent event) {
    if (!config.pruneEvery().isZero()) {
      loop.start();
    }
  }

  void onStop(@Observes ShutdownEvent event) {
    loop.stop();
  }

  private int prune() {
    return pool.withTransaction(tx -> inbox.prune(tx, config.keepFor(), BATCH))
        .await()
        .indefinitely();
  }
}
