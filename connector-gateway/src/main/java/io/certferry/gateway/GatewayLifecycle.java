package io.certferry.gateway;

import io.certferry.gateway.attempt.CaWorkers;
import io.certferry.gateway.auditor.Auditor;
import io.certferry.gateway.ca.CaDirectory;
import io.certferry.gateway.policy.LocalPolicies;
import io.certferry.gateway.registrar.RegistrarListener;
import io.certferry.gateway.registry.ConnectorConfig;
import io.certferry.gateway.registry.Heartbeat;
import io.certferry.gateway.registry.ProbeRounds;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** The order of the beginning and the end: CAs, policies, registration, work; and back. */
@Singleton
class GatewayLifecycle {

  private final CaDirectory cas;
  private final LocalPolicies policies;
  private final RegistrarListener registrar;
  private final Heartbeat heartbeat;
  private final ProbeRounds probes;
  private final CaWorkers workers;
  private final Auditor auditor;
  private final ConnectorConfig config;

  GatewayLifecycle(
      CaDirectory cas,
      LocalPolicies policies,
      RegistrarListener registrar,
      Heartbeat heartbeat,
      ProbeRounds probes,
      CaWorkers workers,
      Auditor auditor,
      ConnectorConfig config) {
    this.cas = cas;
    this.policies = policies;
    this.registrar = registrar;
    this.heartbeat = heartbeat;
    this.probes = probes;
    this.workers = workers;
    this.auditor = auditor;
    this.config = config;
  }

  void onStart(@Observes StartupEvent event) {
    cas.open(config.cas());
    cas.all().forEach(ca -> policies.load(ca.caId(), ca.kind()));
    registrar.start();
    heartbeat.start();
    probes.start();
    workers.start();
    auditor.start();
  }

  void onStop(@Observes ShutdownEvent event) {
    auditor.stop();
    workers.stop();
    probes.stop();
    heartbeat.stop();
    registrar.stop();
    cas.close();
  }
}
