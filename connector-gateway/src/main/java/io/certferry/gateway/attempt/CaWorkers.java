package io.certferry.gateway.attempt;

import io.certferry.gateway.ca.CaDirectory;
import io.certferry.gateway.ca.ReachableCa;
import io.certferry.gateway.command.CommandArrival;
import io.certferry.gateway.command.CommandKind;
import io.certferry.gateway.command.CommandQueue;
import io.certferry.gateway.policy.VerifyCommand;
import io.certferry.gateway.registry.ConnectorConfig;
import io.certferry.gateway.registry.ConnectorIdentity;
import io.certferry.gateway.registry.Heartbeat;
import io.certferry.messaging.WorkLoop;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/** The workers of all CAs, and the sweep that wakes, ages and releases rows for them. */
@ApplicationScoped
public class CaWorkers {

  private static final Logger LOG = Logger.getLogger(CaWorkers.class);
  private static final Duration METRICS = Duration.ofSeconds(10);

  private final CaDirectory cas;
  private final CaWorker.Shared shared;
  private final LostLeases lost;
  private final QueueMetrics queues;
  private final Queries queries;
  private final CommandArrival arrival;
  private final ConnectorIdentity identity;
  private final AttemptConfig config;
  private final InstantSource clock;
  private final WorkLoop sweep;
  private final WorkLoop slow;
  private volatile List<CaWorker> workers = List.of();

  CaWorkers(
      CaDirectory cas,
      CommandQueue queue,
      VerifyCommand verify,
      AttemptLedger attempts,
      OutcomeLedger outcomes,
      RevocationScope revocations,
      Queries queries,
      CallMetrics metrics,
      SubmissionRate rate,
      LostLeases lost,
      QueueMetrics queues,
      CommandArrival arrival,
      Heartbeat heartbeat,
      ConnectorIdentity identity,
      ConnectorConfig connector,
      AttemptConfig config,
      InstantSource clock) {
    this.cas = cas;
    this.shared =
        new CaWorker.Shared(
            queue,
            verify,
            attempts,
            outcomes,
            revocations,
            queries,
            metrics,
            rate,
            CommandKind.of(connector.roles()),
            heartbeat::activeTenants);
    this.lost = lost;
    this.queues = queues;
    this.queries = queries;
    this.arrival = arrival;
    this.identity = identity;
    this.config = config;
    this.clock = clock;
    this.sweep = new WorkLoop("gateway-sweep", 1, config.sweepInterval(), this::sweepOnce);
    this.slow = new WorkLoop("gateway-metrics", 1, METRICS, this::lookOnce);
  }

  /** Begins to work. Blocking. */
  public void start() {
    int released = shared.queue().releaseForerunners(identity.id(), identity.leaseOwner());
    LOG.infof("event=workers-start released=%d cas=%d", released, cas.all().size());
    workers = cas.all().stream().map(this::worker).toList();
    cas.all().forEach(ca -> queues.register(ca.caId()));
    arrival.onArrival(this::nudge);
    if (config.enabled()) {
      workers.forEach(CaWorker::start);
      sweep.start();
      slow.start();
    }
  }

  /** Ends what is begun. Blocking. */
  public void stop() {
    slow.stop();
    sweep.stop();
    workers.forEach(CaWorker::stop);
  }

  /** A manager decided at a CA: the waiting command is asked about at once. */
  public void pollNow(String caId, String caRequestId) {
    queries.pollNow(caId, caRequestId);
    sweep.nudge();
  }

  private CaWorker worker(ReachableCa ca) {
    return worker(ca, identity.leaseOwner(), System::nanoTime);
  }

  private CaWorker worker(ReachableCa ca, String leaseOwner, LongSupplier nanoTime) {
    Backoff backoff = new Backoff(() -> ThreadLocalRandom.current().nextDouble());
    Verdicts verdicts = new Verdicts(config, backoff, clock);
    CircuitBreaker breaker =
        new CircuitBreaker(ca.config().breakAfter(), ca.config().probeInterval(), nanoTime);
    shared.metrics().watch(ca.caId(), breaker);
    CaCalls calls = new CaCalls(ca, verdicts, breaker, shared.metrics(), config, backoff, clock);
    return new CaWorker(ca, shared, calls, verdicts, breaker, leaseOwner, config.pollInterval());
  }

  private void nudge() {
    workers.forEach(CaWorker::nudge);
  }

  private int sweepOnce() {
    int worked = 0;
    for (ReachableCa ca : cas.all()) {
      worked += lost.release(ca.caId(), ca.driver().capabilities().maxInFlight());
    }
    worked += shared.queue().wake();
    shared.queue().age(cas.all().stream().map(ReachableCa::caId).toList());
    if (worked > 0) {
      nudge();
    }
    return worked;
  }

  private int lookOnce() {
    queues.refresh();
    return 0;
  }

  /** For tests: workers of a second process with the same CAs. */
  List<CaWorker> another(String leaseOwner) {
    return cas.all().stream().map(ca -> worker(ca, leaseOwner, System::nanoTime)).toList();
  }

  /** For tests: a worker of a second process for one CA, whose breaker goes by another clock. */
  CaWorker another(String leaseOwner, String caId, LongSupplier nanoTime) {
    return worker(cas.find(caId).orElseThrow(), leaseOwner, nanoTime);
  }

  /** For tests: a worker of a second process, which reaches a CA in another way. */
  CaWorker another(String leaseOwner, ReachableCa ca) {
    return worker(ca, leaseOwner, System::nanoTime);
  }

  /** For tests: one round of everything, by hand. */
  int runOnce() {
    int worked = sweepOnce();
    for (CaWorker worker : workers) {
      worked += worker.dispatch();
    }
    return worked;
  }
}
