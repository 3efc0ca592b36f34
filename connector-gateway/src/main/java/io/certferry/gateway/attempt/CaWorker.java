package io.certferry.gateway.attempt;

import io.certferry.contracts.event.CaCommand;
import io.certferry.contracts.event.CaCommand.SubmitCsr;
import io.certferry.gateway.attempt.AttemptLedger.Begun;
import io.certferry.gateway.attempt.AttemptLedger.Intent;
import io.certferry.gateway.ca.ReachableCa;
import io.certferry.gateway.command.Action;
import io.certferry.gateway.command.ClaimedCommand;
import io.certferry.gateway.command.CommandKind;
import io.certferry.gateway.command.CommandQueue;
import io.certferry.gateway.policy.Checked;
import io.certferry.gateway.policy.Refusal;
import io.certferry.gateway.policy.VerifiedSubmission;
import io.certferry.gateway.policy.VerifyCommand;
import io.certferry.messaging.Lease;
import io.certferry.messaging.WorkLoop;
import io.certferry.messaging.crash.CrashPoint;
import io.certferry.pki.Digests;
import io.certferry.pki.certificate.CertificateRequests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Works for one CA: a dispatcher claims, checks and writes intents for many commands at once, a
 * pool as large as the CA's concurrency limit makes the calls, and the outcomes go to the ledger.
 * While calls are quick it claims a few more than it can make at once.
 */
final class CaWorker {

  private static final Logger LOG = Logger.getLogger(CaWorker.class);
  private static final int PREFETCH = 2;
  private static final long QUICK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** What a worker shares with others. */
  record Shared(
      CommandQueue queue,
      VerifyCommand verify,
      AttemptLedger attempts,
      OutcomeLedger outcomes,
      RevocationScope revocations,
      Queries queries,
      CallMetrics metrics,
      SubmissionRate rate,
      Set<CommandKind> kinds,
      Supplier<Set<String>> tenants) {}

  private final ReachableCa ca;
  private final Shared shared;
  private final CaCalls calls;
  private final Verdicts verdicts;
  private final CircuitBreaker breaker;
  private final Lease lease;
  private final Duration window;
  private final WorkLoop dispatcher;
  private final CallPool pool;
  private final AtomicInteger inFlight = new AtomicInteger();
  private volatile long usualNanos;
  private volatile boolean wasOpen;

  CaWorker(
      ReachableCa ca,
      Shared shared,
      CaCalls calls,
      Verdicts verdicts,
      CircuitBreaker breaker,
      String leaseOwner,
      Duration pollInterval) {
    this.ca = ca;
    this.shared = shared;
    this.calls = calls;
    this.verdicts = verdicts;
    this.breaker = breaker;
    this.lease = new Lease(leaseOwner, ca.config().lease());
    this.window = ca.config().lease().minus(ca.config().callTimeout().multipliedBy(2));
    this.dispatcher =
        new WorkLoop("gateway-dispatch-" + ca.caId(), 1, pollInterval, this::dispatch);
    this.pool = new CallPool(ca.caId(), ca.config().maxConcurrency());
  }

  ReachableCa ca() {
    return ca;
  }

  void start() {
    dispatcher.start();
  }

  void nudge() {
    dispatcher.nudge();
  }

  /** Claims no more, lets the calls in progress end. */
  void stop() {
    dispatcher.stop();
    pool.stop();
  }

  /** One round; also for tests that drive it by hand. */
  int dispatch() {
    wakeAfterOutage();
    int slots = breaker.permits(limit() - inFlight.get());
    if (slots <= 0) {
      return 0;
    }
    long latestCall = System.nanoTime() + window.toNanos();
    List<ClaimedCommand> claimed =
        shared.queue().claim(ca.caId(), shared.tenants().get(), shared.kinds(), slots, lease);
    if (!claimed.isEmpty()) {
      breaker.begun();
      CrashPoint.GATEWAY_CLAIM_AFTER_COMMIT.hit();
      inFlight.addAndGet(claimed.size());
      begin(claimed, latestCall);
    }
    return claimed.size();
  }

  private int limit() {
    int calls = ca.config().maxConcurrency();
    return usualNanos < QUICK_NANOS ? calls * PREFETCH : calls;
  }

  private void wakeAfterOutage() {
    boolean open = breaker.isOpen();
    if (wasOpen && !open) {
      int woken = shared.queue().wakeRetries(ca.caId());
      LOG.infof("event=ca-back caId=%s woken=%d", ca.caId(), woken);
    } else if (open && !wasOpen) {
      LOG.warnf("event=ca-down caId=%s", ca.caId());
    }
    wasOpen = open;
  }

  private void begin(List<ClaimedCommand> claimed, long latestCall) {
    List<Intent> intents = new ArrayList<>();
    for (ClaimedCommand command : claimed) {
      shared.metrics().claimed(command);
      if (command.action() == Action.SUBMIT) {
        check(command).ifPresent(intents::add);
      } else {
        pool.execute(command.tenant(), () -> guarded(command, () -> other(command)));
      }
    }
    try {
      submit(intents, shared.attempts().begin(intents, window), latestCall);
    } catch (RuntimeException e) {
      inFlight.addAndGet(-intents.size());
      throw e;
    }
  }

  private Optional<Intent> check(ClaimedCommand claimed) {
    SubmitCsr command = (SubmitCsr) claimed.command();
    Checked<VerifiedSubmission> checked =
        shared
            .verify()
            .submission(command, claimed.tenant(), claimed.receivedAt(), claimed.attempts() > 0);
    if (checked instanceof Checked.Accepted<VerifiedSubmission> accepted) {
      return withinRate(claimed, command, accepted.value());
    }
    Refusal refusal = ((Checked.Refused<VerifiedSubmission>) checked).refusal();
    Submitted request = new Submitted(claimed, command, claimed.attempts(), "");
    record(new Recorded(claimed, 0, verdicts.refused(request, refusal)), refusal.code());
    return Optional.empty();
  }

  private Optional<Intent> withinRate(
      ClaimedCommand claimed, SubmitCsr command, VerifiedSubmission submission) {
    if (calls.takes(submission.template()) && shared.rate().takes(ca.caId())) {
      return Optional.of(new Intent(claimed, submission));
    }
    Submitted request =
        new Submitted(claimed, command, claimed.attempts(), submission.spkiSha256());
    record(new Recorded(claimed, claimed.attempts(), verdicts.heldBack(request)), "held-back");
    return Optional.empty();
  }

  private void submit(List<Intent> intents, Begun begun, long latestCall) {
    for (Intent intent : intents) {
      Integer attempt = begun.attempts().get(intent.submission().requestId());
      if (attempt != null) {
        pool.execute(
            intent.claimed().tenant(),
            () -> guarded(intent.claimed(), () -> submit(intent, attempt, latestCall)));
      } else if (begun.conflicts().contains(intent.submission().requestId())) {
        conflict(intent);
      } else {
        inFlight.decrementAndGet();
      }
    }
  }

  private void conflict(Intent intent) {
    Refusal refusal =
        new Refusal(
            Refusal.KEY_CONFLICT,
            "this natural key was submitted with another key pair or request, or this key pair for"
                + " another natural key");
    Submitted request = submitted(intent, intent.claimed().attempts());
    record(new Recorded(intent.claimed(), 0, verdicts.refused(request, refusal)), refusal.code());
  }

  private static Submitted submitted(Intent intent, int attempt) {
    return new Submitted(
        intent.claimed(),
        (SubmitCsr) intent.claimed().command(),
        attempt,
        intent.submission().spkiSha256());
  }

  private void submit(Intent intent, int attempt, long latestCall) {
    Submitted request = submitted(intent, attempt);
    boolean tooLate = System.nanoTime() - latestCall > 0;
    long begun = System.nanoTime();
    Verdict verdict = tooLate ? verdicts.notSent(request) : submitted(request, intent);
    if (!tooLate) {
      usualNanos = (usualNanos * 7 + (System.nanoTime() - begun)) / 8;
    }
    record(
        new Recorded(intent.claimed(), attempt, verdict, intent.submission().policyVersion()),
        String.valueOf(verdict.attemptOutcome()));
  }

  private Verdict submitted(Submitted request, Intent intent) {
    return request.claimed().searchFirst()
        ? calls.reconcile(request)
        : calls.submit(request, intent.submission());
  }

  private void other(ClaimedCommand claimed) {
    CaCommand command = claimed.command();
    if (command instanceof SubmitCsr submit) {
      record(new Recorded(claimed, claimed.attempts(), followUp(claimed, submit)), "follow-up");
    } else if (command instanceof CaCommand.RevokeCertificate revoke) {
      record(new Recorded(claimed, 0, revoke(claimed, revoke)), "revocation");
    } else {
      record(new Recorded(claimed, 0, query(claimed)), "query");
    }
  }

  private Verdict followUp(ClaimedCommand claimed, SubmitCsr command) {
    byte[] spki = CertificateRequests.parse(command.csr().toArray()).spki();
    Submitted request =
        new Submitted(claimed, command, claimed.attempts(), Digests.sha256Hex(spki));
    return claimed.action() == Action.POLL ? calls.poll(request) : calls.reconcile(request);
  }

  private Verdict revoke(ClaimedCommand claimed, CaCommand.RevokeCertificate command) {
    if (claimed.internal()) {
      return calls.revoke(claimed, command);
    }
    return shared
        .verify()
        .authorization(command, claimed.tenant(), claimed.receivedAt())
        .or(() -> shared.revocations().refusal(command, claimed.tenant()))
        .map(refusal -> calls.refused(command, refusal))
        .orElseGet(() -> calls.revoke(claimed, command));
  }

  private Verdict query(ClaimedCommand claimed) {
    Optional<Refusal> refusal =
        shared.verify().authorization(claimed.command(), claimed.tenant(), claimed.receivedAt());
    return shared.queries().answer(claimed, refusal);
  }

  /** A fault of ours: the lease runs out, and the row is looked at again then. */
  private void guarded(ClaimedCommand claimed, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.errorf(
          e,
          "event=work-failed caId=%s requestId=%s action=%s",
          ca.caId(),
          claimed.command().requestId(),
          claimed.action());
      finished();
    }
  }

  private void record(Recorded recorded, String outcome) {
    shared.metrics().outcome(ca.caId(), outcome, recorded);
    shared
        .outcomes()
        .record(recorded)
        .whenComplete((timely, failure) -> written(recorded, timely, failure));
  }

  private void written(Recorded recorded, Boolean timely, Throwable failure) {
    if (failure != null) {
      LOG.errorf(
          failure,
          "event=outcome-not-written caId=%s requestId=%s",
          ca.caId(),
          recorded.claimed().command().requestId());
    } else if (!timely) {
      shared.metrics().late(ca.caId());
    }
    finished();
  }

  private void finished() {
    inFlight.decrementAndGet();
    dispatcher.nudge();
  }
}
