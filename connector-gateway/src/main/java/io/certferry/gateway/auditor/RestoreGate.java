package io.certferry.gateway.auditor;

import io.certferry.contracts.metric.GatewayMetrics;
import io.certferry.gateway.ca.ReachableCa;
import io.certferry.gateway.driver.CaDriver;
import io.certferry.gateway.driver.RevokeOrder;
import io.certferry.gateway.driver.RevokeOutcome;
import io.certferry.messaging.Meters;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Lets nothing new go to a CA after a restore until the CA's list and what is left of the ledger
 * agree: open requests adopt what is theirs, and what the lost time left behind is revoked. Where a
 * CA lists nothing, somebody has to answer for it. Blocking.
 */
@Singleton
class RestoreGate {

  static final String CANNOT_LIST = "the CA lists nothing: compare by hand, then confirm";

  private static final Logger LOG = Logger.getLogger(RestoreGate.class);
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final RestoreStore store;
  private final AuditStore audits;
  private final AuditorConfig config;
  private final MeterRegistry registry;
  private final InstantSource clock;
  private final Map<String, Boolean> held = new ConcurrentHashMap<>();

  RestoreGate(
      RestoreStore store,
      AuditStore audits,
      AuditorConfig config,
      MeterRegistry registry,
      InstantSource clock) {
    this.store = store;
    this.audits = audits;
    this.config = config;
    this.registry = registry;
    this.clock = clock;
  }

  /** Shows the gauge of a CA. */
  void register(String caId) {
    Meters.gauge(
        registry, GatewayMetrics.ISSUANCE_HELD, () -> held.getOrDefault(caId, false) ? 1 : 0, caId);
  }

  /**
   * One round for a CA.
   *
   * @param compare its list with the ledger; null if the CA did not answer
   */
  void look(ReachableCa ca, String actor, Function<Restore, @Nullable Audit> compare) {
    store.begin(ca.caId(), ca.driver().capabilities().maxInFlight());
    boolean now = store.isHeld(ca.caId());
    boolean before = held.getOrDefault(ca.caId(), false);
    held.put(ca.caId(), now);
    if (now && !before) {
      LOG.warnf("event=issuance-held caId=%s", ca.caId());
    }
    if (now) {
      store.claim(ca.caId(), PAUSE).ifPresent(restored -> reconcile(ca, restored, actor, compare));
    }
  }

  private void reconcile(
      ReachableCa ca, Restore restored, String actor, Function<Restore, @Nullable Audit> compare) {
    Optional<String> early = tooEarly(ca.driver(), restored);
    if (early.isPresent()) {
      store.note(restored.id(), ca.caId(), null, early.get());
      return;
    }
    Audit audit = compare.apply(restored);
    if (audit == null) {
      store.note(restored.id(), ca.caId(), null, "the CA does not answer");
    } else {
      conclude(ca, restored, actor, audit);
    }
  }

  private void conclude(ReachableCa ca, Restore restored, String actor, Audit audit) {
    long differences = audits.differences(audit);
    if (differences == 0) {
      store.settle(restored.id(), ca.caId(), actor, "compared, and nothing differs");
      LOG.warnf("event=issuance-resumed caId=%s audit=%s", ca.caId(), audit.id());
    } else {
      revokeWhatIsNobodys(ca, audit);
      store.note(restored.id(), ca.caId(), audit.id(), differences + " differences, see the audit");
    }
  }

  private Optional<String> tooEarly(CaDriver driver, Restore restored) {
    if (!driver.capabilities().listIssued()) {
      return Optional.of(CANNOT_LIST);
    }
    Instant settled = restored.declaredAt().plus(driver.capabilities().maxInFlight());
    return clock.instant().isBefore(settled)
        ? Optional.of("calls from before may arrive at the CA until " + settled)
        : Optional.empty();
  }

  /** Their requests and keys are lost, so nobody will ever ask for them again. */
  private void revokeWhatIsNobodys(ReachableCa ca, Audit audit) {
    if (config.revokeAfterRestore() && ca.driver().capabilities().revoke()) {
      audits.nobodys(audit).forEach(line -> revoke(ca, audit, line));
    }
  }

  private void revoke(ReachableCa ca, Audit audit, Audit.Line line) {
    RevokeOutcome outcome =
        ca.driver().revoke(new RevokeOrder(line.issuer(), line.serial(), "superseded"));
    LOG.warnf(
        "event=revoked-after-restore caId=%s serial=%s outcome=%s",
        ca.caId(), line.serial(), outcome.getClass().getSimpleName());
    if (outcome instanceof RevokeOutcome.Revoked) {
      audits.revoked(audit, line);
    }
  }
}
