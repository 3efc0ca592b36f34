package io.certferry.gateway.registry;

import io.certferry.contracts.event.ConnectorReported;
import io.certferry.gateway.ca.CaDirectory;
import io.certferry.gateway.ca.ReachableCa;
import io.certferry.messaging.WorkLoop;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reports this connector to each of its tenants, again and again, and knows for which of them it
 * may work.
 */
@ApplicationScoped
public class Heartbeat {

  private static final Logger LOG = Logger.getLogger(Heartbeat.class);

  private final ConnectorStore store;
  private final RegistrarLink registrar;
  private final ConnectorIdentity identity;
  private final ConnectorConfig config;
  private final CaDirectory cas;
  private final InstantSource clock;
  private final Map<String, Registration> registrations = new ConcurrentHashMap<>();
  private final WorkLoop loop;
  private volatile boolean tookOver;

  Heartbeat(
      ConnectorStore store,
      RegistrarLink registrar,
      ConnectorIdentity identity,
      ConnectorConfig config,
      CaDirectory cas,
      InstantSource clock) {
    this.store = store;
    this.registrar = registrar;
    this.identity = identity;
    this.config = config;
    this.cas = cas;
    this.clock = clock;
    this.loop = new WorkLoop("gateway-heartbeat", 1, config.heartbeat(), this::beat);
  }

  /** Reports once, then regularly. Blocking. */
  public void start() {
    beat();
    loop.start();
  }

  /** Stops reporting and says good-bye. Blocking. */
  public void stop() {
    loop.stop();
    for (String tenant : activeTenants()) {
      Sessions.await(() -> store.leave(tenant, identity.id(), identity.session()));
    }
    registrations.clear();
  }

  /** Tenants whose commands this connector may work on now. */
  public Set<String> activeTenants() {
    return registrations.entrySet().stream()
        .filter(entry -> entry.getValue() instanceof Registration.Active)
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** By tenant, why this connector may not work. */
  Map<String, Registration.Refused> refusals() {
    Map<String, Registration.Refused> refusals = new ConcurrentHashMap<>();
    registrations.forEach(
        (tenant, registration) -> {
          if (registration instanceof Registration.Refused refused) {
            refusals.put(tenant, refused);
          }
        });
    return refusals;
  }

  private Integer beat() {
    List<ConnectorReported.Ca> reported = cas.all().stream().map(Heartbeat::describe).toList();
    config.tenants().forEach(tenant -> beat(tenant, reported));
    tookOver = true;
    return 0;
  }

  private void beat(String tenant, List<ConnectorReported.Ca> reported) {
    ConnectorReported content =
        new ConnectorReported(
            identity.id(),
            Connector.State.ACTIVE.text(),
            identity.version(),
            config.roles(),
            reported,
            clock.instant());
    ConnectorStore.Report report =
        new ConnectorStore.Report(
            tenant,
            identity.session(),
            !tookOver,
            content,
            ConnectorRuntime.here(lastError(reported)),
            "connector/" + identity.id());
    Registration now = report(report);
    Registration before = registrations.put(tenant, now);
    if (!now.equals(before)) {
      log(tenant, now);
    }
  }

  /** While the registrar is silent all stays as it was; the database knows who was retired. */
  private Registration report(ConnectorStore.Report report) {
    try {
      return registrar.isConfigured() ? registrar.report(report) : store.reportAndWait(report);
    } catch (RegistrarUnavailableException e) {
      LOG.warnf("event=registrar-unreachable tenant=%s", report.tenant());
      return registrations.getOrDefault(
          report.tenant(),
          new Registration.Refused("registrar-unreachable", "The registrar does not answer."));
    }
  }

  private static @Nullable String lastError(List<ConnectorReported.Ca> reported) {
    return reported.stream()
        .filter(ca -> ca.lastError() != null)
        .map(ca -> ca.caId() + ": " + ca.lastError())
        .findFirst()
        .orElse(null);
  }

  private void log(String tenant, Registration registration) {
    if (registration instanceof Registration.Refused refused) {
      LOG.errorf(
          "event=connector-refused tenant=%s connectorId=%s code=%s reason=\"%s\"",
          tenant, identity.id(), refused.code(), refused.message());
    } else {
      LOG.infof("event=connector-active tenant=%s connectorId=%s", tenant, identity.id());
    }
  }

  static ConnectorReported.Ca describe(ReachableCa ca) {
    try {
      return described(ca);
    } catch (RuntimeException e) {
      LOG.warnf("event=ca-unreachable caId=%s error=%s", ca.caId(), e.getClass().getSimpleName());
      return new ConnectorReported.Ca(
          ca.caId(),
          ca.kind(),
          false,
          ca.driver().capabilities().revoke(),
          ca.driver().capabilities().search(),
          List.of(),
          List.of(),
          "The CA does not answer.");
    }
  }

  private static ConnectorReported.Ca described(ReachableCa ca) {
    String lastError = ca.driver().lastError().orElse(null);
    return new ConnectorReported.Ca(
        ca.caId(),
        ca.kind(),
        lastError == null,
        ca.driver().capabilities().revoke(),
        ca.driver().capabilities().search(),
        ca.driver().chain(),
        ca.driver().templates(),
        lastError);
  }
}
