package io.certferry.pfximport.delivery;

import io.certferry.messaging.WorkLoop;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Forgets the sealed bytes of deliveries that were handed over long ago. */
@Singleton
class ForgetBodies {

  private static final Duration POLL = Duration.ofMinutes(10);

  private final WorkLoop loop;

  ForgetBodies(DeliveryTable table, DeliveryConfig config) {
    this.loop = new WorkLoop("pfx-forget", 1, POLL, () -> table.forgetOld(config.keep()));
  }

  void onStart(@Observes StartupEvent event) {
    loop.start();
  }

  void onStop(@Observes ShutdownEvent event) {
    loop.stop();
  }
}
