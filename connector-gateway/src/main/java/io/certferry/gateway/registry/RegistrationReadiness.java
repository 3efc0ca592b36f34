package io.certferry.gateway.registry;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready once the connector is registered for at least one tenant and refused by none; says why not.
 */
@Readiness
@Singleton
class RegistrationReadiness implements HealthCheck {

  private final Heartbeat heartbeat;

  RegistrationReadiness(Heartbeat heartbeat) {
    this.heartbeat = heartbeat;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder answer = HealthCheckResponse.named("connector registration");
    var refusals = heartbeat.refusals();
    refusals.forEach((tenant, refused) -> answer.withData(tenant, refused.message()));
    return answer.status(refusals.isEmpty() && !heartbeat.activeTenants().isEmpty()).build();
  }
}
