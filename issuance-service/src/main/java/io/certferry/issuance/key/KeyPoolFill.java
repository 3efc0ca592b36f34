package io.certferry.issuance.key;

import io.certferry.messaging.WorkLoop;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Fills the pool with one thread of the lowest priority, and only while no request waits for a key.
 */
@Singleton
class KeyPoolFill {

  private final KeyPoolConfig config;
  private final KeyPool pool;
  private final KeyStage stage;
  private final WorkLoop loop;

  KeyPoolFill(KeyPoolConfig config, KeyPool pool, KeyStage stage) {
    this.config = config;
    this.pool = pool;
    this.stage = stage;
    this.loop = new WorkLoop("key-pool", 1, config.pollInterval(), this::step);
  }

  void start(@Observes StartupEvent event) {
    if (config.fill()) {
      loop.start();
    }
  }

  void stop(@Observes ShutdownEvent event) {
    loop.stop();
  }

  @SuppressWarnings(
      "ThreadPriorityCheck") // a hint is all it needs to be: correctness does not depend on it
  int step() {
    Thread.currentThread().setPriority(Thread.MIN_PRIORITY);
    return stage.idleFor(config.idleFor()) ? pool.fillOne() : 0;
  }
}
