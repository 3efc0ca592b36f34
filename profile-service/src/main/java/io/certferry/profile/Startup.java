package io.certferry.profile;

import io.certferry.pki.CryptoProviders;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Chooses the cryptographic provider before anything computes. */
@Singleton
class Startup {

  private static final Logger LOG = Logger.getLogger(Startup.class);

  void first(@Observes @Priority(1) StartupEvent event) {
    LOG.infof("event=started crypto=%s", CryptoProviders.install());
  }
}
