package io.certferry.gateway.auditor;

import io.certferry.contracts.metric.GatewayMetrics;
import io.certferry.messaging.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Counts what audits find, each thing once however often it is seen, and says it in the log. */
@Singleton
class AuditMetrics {

  private static final Logger LOG = Logger.getLogger(AuditMetrics.class);

  private final MeterRegistry registry;
  private final InstantSource clock;
  private final Set<Seen> seen = ConcurrentHashMap.newKeySet();
  private final Map<String, Instant> compared = new ConcurrentHashMap<>();

  AuditMetrics(MeterRegistry registry, InstantSource clock) {
    this.registry = registry;
    this.clock = clock;
  }

  private record Seen(FindingKind kind, CertificateName name) {}

  /** Shows the meters of a CA from the beginning, at zero. */
  void register(String caId) {
    compared.put(caId, clock.instant());
    for (FindingKind kind : FindingKind.values()) {
      counter(caId, kind);
    }
    Meters.gauge(registry, GatewayMetrics.AUDIT_AGE, () -> age(caId), caId);
  }

  private Counter counter(String caId, FindingKind kind) {
    return Meters.counter(registry, GatewayMetrics.AUDIT_FINDINGS, caId, kind.text());
  }

  private double age(String caId) {
    Instant last = compared.get(caId);
    return last == null ? 0 : Duration.between(last, clock.instant()).toSeconds();
  }

  void compared(String caId, Instant until) {
    compared.put(caId, until);
  }

  void found(String caId, List<Finding> findings) {
    for (Finding finding : findings) {
      if (seen.add(
          new Seen(finding.kind(), new CertificateName(finding.issuer(), finding.serial())))) {
        counter(caId, finding.kind()).increment();
        LOG.errorf(
            "event=audit-finding caId=%s kind=%s serial=%s requestId=%s consequence=%s",
            caId,
            finding.kind().text(),
            finding.serial(),
            finding.requestId(),
            finding.consequence());
      }
    }
  }
}
