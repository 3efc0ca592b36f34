package io.certferry.gateway.registry;

import io.certferry.contracts.metric.GatewayMetrics;
import io.certferry.gateway.ca.CaDirectory;
import io.certferry.gateway.ca.ReachableCa;
import io.certferry.gateway.driver.ProbeReport;
import io.certferry.messaging.Meters;
import io.certferry.messaging.WorkLoop;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** Looks at every CA at start and then regularly, and says in the log what is not well. */
@ApplicationScoped
public class ProbeRounds {

  private static final Logger LOG = Logger.getLogger(ProbeRounds.class);

  private final CaDirectory cas;
  private final ProbeStore probes;
  private final ConnectorConfig config;
  private final MeterRegistry metrics;
  private final WorkLoop loop;

  ProbeRounds(CaDirectory cas, ProbeStore probes, ConnectorConfig config, MeterRegistry metrics) {
    this.metrics = metrics;
    this.cas = cas;
    this.probes = probes;
    this.config = config;
    this.loop = new WorkLoop("gateway-probe", 1, config.probeEvery(), this::round);
  }

  /** Begins, unless it is switched off. */
  public void start() {
    cas.all().forEach(this::show);
    if (!config.probeEvery().isZero()) {
      loop.start();
    }
  }

  /** Ends after the probe that it is in. */
  public void stop() {
    loop.stop();
  }

  private void show(ReachableCa ca) {
    Meters.gauge(
        metrics,
        GatewayMetrics.CA_REACHABLE,
        () -> ca.driver().lastError().isEmpty() ? 1 : 0,
        ca.caId());
  }

  private Integer round() {
    cas.all().forEach(this::probe);
    return 0;
  }

  private void probe(ReachableCa ca) {
    ProbeReport report = ca.driver().probe();
    probes.store(ca.caId(), report);
    report.findings().stream()
        .filter(finding -> !finding.ok())
        .forEach(
            finding ->
                LOG.warnf(
                    "event=probe caId=%s check=%s finding=\"%s\"",
                    ca.caId(), finding.check(), finding.sentence()));
  }
}
