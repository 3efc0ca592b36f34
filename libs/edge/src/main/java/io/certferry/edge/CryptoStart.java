package io.certferry.edge;

import io.certferry.pki.CryptoProviders;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Chooses the cryptographic provider of every service before anything else in it starts: in FIPS
 * mode the module that {@code certferry.fips.module} names, or no start at all.
 */
@Singleton
class CryptoStart {

  private static final Logger LOG = Logger.getLogger(CryptoStart.class);

  private final Optional<String> fipsModule;

  CryptoStart(@ConfigProperty(name = CryptoProviders.FIPS_MODULE) Optional<String> fipsModule) {
    this.fipsModule = fipsModule;
  }

  void first(@Observes @Priority(1) StartupEvent event) {
    fipsModule.ifPresent(jar -> System.setProperty(CryptoProviders.FIPS_MODULE, jar));
    LOG.infof("event=started crypto=\"%s\"", CryptoProviders.install());
  }
}
