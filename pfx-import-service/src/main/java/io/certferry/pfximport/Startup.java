package io.certferry.pfximport;

import io.certferry.pki.CryptoProviders;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.jboss.logging.Logger;

/** What comes before everything else in the process. */
@ApplicationScoped
class Startup {

  private static final Logger LOG = Logger.getLogger(Startup.class);
  private static final int FIRST = 1;

  void onStart(@Observes @Priority(FIRST) StartupEvent event) {
    LOG.infof("event=started crypto=\"%s\"", CryptoProviders.install());
  }
}
