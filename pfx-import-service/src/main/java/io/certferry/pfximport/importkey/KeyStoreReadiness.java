package io.certferry.pfximport.importkey;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Ready only while the key store can be used. */
@Readiness
@ApplicationScoped
class KeyStoreReadiness implements HealthCheck {

  private final ImportKeys keys;

  KeyStoreReadiness(ImportKeys keys) {
    this.keys = keys;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("key-store").withData("kind", keys.name());
    try {
      keys.check();
      return response.up().build();
    } catch (KeyStoreUnavailableException e) {
      return response.down().withData("reason", String.valueOf(e.getMessage())).build();
    }
  }
}
