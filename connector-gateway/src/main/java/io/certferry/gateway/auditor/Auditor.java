package io.certferry.gateway.auditor;

import io.certferry.gateway.ca.CaDirectory;
import io.certferry.gateway.ca.ReachableCa;
import io.certferry.gateway.driver.CaDriver;
import io.certferry.gateway.driver.CaUnavailableException;
import io.certferry.gateway.registry.ConnectorIdentity;
import io.certferry.messaging.WorkLoop;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Runs audits: those that somebody asked for, and those that are due. */
@ApplicationScoped
public class Auditor {

  private static final Logger LOG = Logger.getLogger(Auditor.class);

  private static final Duration SHORTEST = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final int MOST_PATIENT = 10;

  private final CaDirectory cas;
  private final AuditorConfig config;
  private final AuditStore store;
  private final LedgerView ledger;
  private final AuditMetrics metrics;
  private final RestoreGate gate;
  private final InstantSource clock;
  private final String actor;
  private final WorkLoop loop;
  private final Map<String, Instant> compared = new LinkedHashMap<>();
  private final Map<String, CaDriver> own = new LinkedHashMap<>();
  private volatile Map<String, CaDriver> drivers = Map.of();

  Auditor(
      CaDirectory cas,
      AuditorConfig config,
      AuditStore store,
      LedgerView ledger,
      AuditMetrics metrics,
      RestoreGate gate,
      ConnectorIdentity identity,
      InstantSource clock) {
    this.cas = cas;
    this.config = config;
    this.store = store;
    this.ledger = ledger;
    this.metrics = metrics;
    this.gate = gate;
    this.clock = clock;
    this.actor = "auditor/" + identity.id();
    this.loop = new WorkLoop("gateway-auditor", 1, config.pollInterval(), this::round);
  }

  /** Begins. Blocking. */
  public void start() {
    Map<String, CaDriver> listing = new LinkedHashMap<>();
    for (ReachableCa ca : cas.all()) {
      gate.register(ca.caId());
      CaDriver driver = driver(ca);
      if (driver.capabilities().listIssued()) {
        listing.put(ca.caId(), driver);
        compared.put(ca.caId(), newest().minus(config.window()));
        metrics.register(ca.caId());
      }
    }
    drivers = Map.copyOf(listing);
    loop.start();
  }

  /** Ends after the slice that it is in. */
  public void stop() {
    loop.stop();
    own.values().forEach(CaDriver::close);
  }

  /** With credentials of its own, where it has some. */
  private CaDriver driver(ReachableCa ca) {
    return Optional.ofNullable(config.ca().get(ca.caId()))
        .map(apart -> own.computeIfAbsent(ca.caId(), id -> cas.openApart(ca, apart)))
        .orElse(ca.driver());
  }

  /** Whether a CA can be audited at all. */
  boolean canAudit(String caId) {
    return drivers.containsKey(caId);
  }

  /** Somebody asked for an audit. */
  void nudge() {
    loop.nudge();
  }

  /** One look at everything; tests call it by hand. */
  int round() {
    cas.all().forEach(ca -> gate.look(ca, actor, restored -> compared(ca, restored)));
    Optional<Audit> asked = store.claim(drivers.keySet());
    asked.ifPresent(this::run);
    drivers.keySet().forEach(this::runIfDue);
    return asked.isPresent() ? 1 : 0;
  }

  /** Work goes first, for a while. */
  private void runIfDue(String caId) {
    if (config.interval().isZero()) {
      return;
    }
    Instant from = Objects.requireNonNull(compared.get(caId));
    Instant until = newest();
    if (until.isBefore(from.plus(config.interval()))) {
      return;
    }
    boolean late = !until.isBefore(from.plus(config.interval().multipliedBy(MOST_PATIENT)));
    if (late || !ledger.isBusy(caId)) {
      if (run(store.schedule(caId, from, until, actor))) {
        compared.put(caId, until);
        metrics.compared(caId, until);
      }
    }
  }

  /** Nothing is submitted meanwhile, so the comparison goes up to now; null if it was none. */
  private @Nullable Audit compared(ReachableCa ca, Restore restored) {
    Instant from = restored.restoredTo().minus(config.window());
    Audit audit = store.afterRestore(ca.caId(), from, clock.instant(), actor);
    return run(audit) ? audit : null;
  }

  /** Up to when a comparison tells the truth. */
  Instant newest() {
    return clock.instant().minus(config.grace());
  }

  /** Runs one audit to its end; false if the CA did not answer. */
  boolean run(Audit audit) {
    try {
      compare(audit);
      store.finish(audit, null);
      return true;
    } catch (CaUnavailableException e) {
      LOG.warnf("event=audit-failed caId=%s code=ca-unavailable", audit.caId());
      store.finish(audit, "ca-unavailable");
      return false;
    }
  }

  /** Slice by slice, so that a busy day never sits in memory; longer ones where nothing is. */
  private void compare(Audit audit) {
    CaDriver driver = Objects.requireNonNull(drivers.get(audit.caId()));
    Slice slice = new Slice(ledger, driver, audit.caId());
    Duration length = SHORTEST;
    Instant start = audit.reached();
    while (start.isBefore(audit.until())) {
      Instant end = earlier(start.plus(length), audit.until());
      Slice.Result result = slice.compare(start, end);
      store.record(audit, end, result);
      metrics.found(audit.caId(), result.findings());
      length = result.listed() > 0 ? SHORTEST : shorter(length.multipliedBy(2), LONGEST);
      start = end;
    }
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
