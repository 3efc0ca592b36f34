package io.certferry.gateway.registry;

import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import java.util.function.Supplier;

/** Hibernate Reactive from worker threads: each unit of work on a Vert.x context of its own. */
final class Sessions {

  private Sessions() {}

  /** Runs and waits; throws what the work throws. */
  static <T> T await(Supplier<Uni<T>> work) {
    try {
      return VertxContextSupport.subscribeAndAwait(work);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
