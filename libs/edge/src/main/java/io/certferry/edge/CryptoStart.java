package io.certferry.edge;

import io.certferry.pki.CryptoProviders;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Chooses the cryptographic provider of every service before anything else in it starts. */
@Singleton
class CryptoStart {

  private static final Logger LOG = Logger.getLogger(CryptoStart.class);

  void first(@Observes @Priority(1) StartupEvent event) {
    LOG.infof("event=started crypto=\"%s\"", CryptoProviders.install());
  }
}
