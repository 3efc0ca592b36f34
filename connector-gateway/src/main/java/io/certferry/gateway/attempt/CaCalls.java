package io.certferry.gateway.attempt;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.event.CaCommand;
import io.certferry.contracts.event.CaResult;
import io.certferry.gateway.ca.ReachableCa;
import io.certferry.gateway.command.Action;
import io.certferry.gateway.command.ClaimedCommand;
import io.certferry.gateway.command.CommandState;
import io.certferry.gateway.driver.CaDriver;
import io.certferry.gateway.driver.RevokeOrder;
import io.certferry.gateway.driver.RevokeOutcome;
import io.certferry.gateway.driver.SearchKey;
import io.certferry.gateway.driver.SearchOutcome;
import io.certferry.gateway.driver.SubmitOrder;
import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.gateway.policy.Refusal;
import io.certferry.gateway.policy.VerifiedSubmission;
import io.certferry.messaging.crash.CrashPoint;
import io.certferry.pki.certificate.CertificateRequests;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Calls one CA, each time with no transaction open, and turns the answers into verdicts.
 * Thread-safe.
 */
final class CaCalls {

  private static final Logger LOG = Logger.getLogger(CaCalls.class);

  private final ReachableCa ca;
  private final CaDriver driver;
  private final Verdicts verdicts;
  private final Reconciliation reconciliation;
  private final CircuitBreaker breaker;
  private final TemplateBreakers templates = new TemplateBreakers(System::nanoTime);
  private final CallMetrics metrics;
  private final AttemptConfig config;
  private final Backoff backoff;
  private final InstantSource clock;

  CaCalls(
      ReachableCa ca,
      Verdicts verdicts,
      CircuitBreaker breaker,
      CallMetrics metrics,
      AttemptConfig config,
      Backoff backoff,
      InstantSource clock) {
    this.ca = ca;
    this.driver = ca.driver();
    this.verdicts = verdicts;
    this.reconciliation = new Reconciliation(verdicts);
    this.breaker = breaker;
    this.metrics = metrics;
    this.config = config;
    this.backoff = backoff;
    this.clock = clock;
  }

  /** Submits; whatever goes wrong on the way is an unknown outcome. */
  Verdict submit(Submitted request, VerifiedSubmission submission) {
    SubmitOrder order =
        new SubmitOrder(
            submission.requestId(),
            request.attempt(),
            submission.csr(),
            submission.template(),
            submission.validitySeconds());
    CrashPoint.GATEWAY_ATTEMPT_AFTER_COMMIT_BEFORE_CA.hit();
    SubmitOutcome outcome =
        timed(Action.SUBMIT, () -> driver.submit(order), new SubmitOutcome.Unknown("driver-fault"));
    CrashPoint.GATEWAY_AFTER_CA_BEFORE_OUTCOME.hit();
    noteHealth(outcome);
    noteTemplate(submission.template(), outcome);
    return verdicts.submitted(request, outcome, driver.capabilities().maxInFlight());
  }

  /** Whether a submission for this template may begin now. */
  boolean takes(String template) {
    return templates.takes(template);
  }

  private void noteTemplate(String template, SubmitOutcome outcome) {
    if (outcome instanceof SubmitOutcome.ConfigurationError) {
      templates.misconfigured(template);
    } else if (!(outcome instanceof SubmitOutcome.Retryable)
        && !(outcome instanceof SubmitOutcome.Unknown)) {
      templates.accepted(template);
    }
  }

  private void noteHealth(SubmitOutcome outcome) {
    note(
        !(outcome instanceof SubmitOutcome.Retryable)
            && !(outcome instanceof SubmitOutcome.Unknown));
  }

  /** Asks about a pending request; a CA that lost it is searched. */
  Verdict poll(Submitted request) {
    String caRequestId = request.claimed().caRequestId();
    if (caRequestId == null) {
      return reconcile(request);
    }
    SubmitOutcome outcome =
        timed(
            Action.POLL,
            () -> driver.query(caRequestId, request.command().csr()),
            new SubmitOutcome.Retryable("driver-fault"));
    note(!(outcome instanceof SubmitOutcome.Retryable));
    return verdicts.polled(request, outcome, driver.capabilities().maxInFlight());
  }

  /** Looks for an unknown outcome in the CA's ledger. */
  Verdict reconcile(Submitted request) {
    CrashPoint.GATEWAY_RECONCILE_BEFORE_SEARCH.hit();
    Reconciliation.Searches searches = search(request);
    CrashPoint.GATEWAY_RECONCILE_AFTER_SEARCH.hit();
    return reconciliation.judge(request, searches);
  }

  private Reconciliation.Searches search(Submitted request) {
    Instant askedAt = clock.instant();
    Bytes spki = Bytes.of(CertificateRequests.parse(request.command().csr().toArray()).spki());
    SearchOutcome byRequestId =
        driver.capabilities().searchByRequestId()
            ? search(new SearchKey.ByRequestId(request.command().requestId()))
            : null;
    SearchOutcome byPublicKey =
        driver.capabilities().searchByPublicKey() ? search(new SearchKey.ByPublicKey(spki)) : null;
    return new Reconciliation.Searches(byRequestId, byPublicKey, askedAt);
  }

  private SearchOutcome search(SearchKey key) {
    SearchOutcome outcome =
        timed(
            Action.RECONCILE,
            () -> driver.search(key),
            new SearchOutcome.CannotTell("driver-fault"));
    note(!(outcome instanceof SearchOutcome.CannotTell));
    return outcome;
  }

  /** Revokes; trying again is harmless. Where nobody can revoke through us it waits, visibly. */
  Verdict revoke(ClaimedCommand claimed, CaCommand.RevokeCertificate command) {
    if (!driver.capabilities().revoke()) {
      return revokeLater(claimed);
    }
    RevokeOrder order = new RevokeOrder(command.issuer(), command.serial(), command.reason());
    RevokeOutcome outcome =
        timed(
            Action.REVOKE, () -> driver.revoke(order), new RevokeOutcome.Retryable("driver-fault"));
    note(!(outcome instanceof RevokeOutcome.Retryable));
    if (outcome instanceof RevokeOutcome.Revoked revoked) {
      return Verdict.becoming(CommandState.DONE, Action.REVOKE)
          .result(revokedEvent(command, revoked))
          .build();
    }
    return outcome instanceof RevokeOutcome.Refused refused
        ? refused(command, new Refusal(refused.code(), refused.message()))
        : revokeLater(claimed);
  }

  private static CaResult revokedEvent(
      CaCommand.RevokeCertificate command, RevokeOutcome.Revoked revoked) {
    return new CaResult.CertificateRevoked(
        command.requestId(),
        command.caId(),
        command.revocationId(),
        command.issuer(),
        command.serial(),
        revoked.revokedAt(),
        revoked.already());
  }

  /** The revocation goes no further. */
  Verdict refused(CaCommand.RevokeCertificate command, Refusal refusal) {
    return Verdict.becoming(CommandState.DONE, Action.REVOKE)
        .result(
            new CaResult.RevocationRefused(
                command.requestId(),
                command.caId(),
                command.revocationId(),
                command.issuer(),
                command.serial(),
                refusal.code(),
                refusal.message(),
                clock.instant()))
        .build();
  }

  private Verdict revokeLater(ClaimedCommand claimed) {
    int failures = claimed.failures() + 1;
    return Verdict.becoming(CommandState.WAITING, Action.REVOKE)
        .after(backoff.jittered(failures, config.retryFirst(), config.retryLongest()))
        .failures(failures)
        .build();
  }

  private <T> T timed(Action action, Supplier<T> call, T whenItFails) {
    long begun = System.nanoTime();
    try {
      return Objects.requireNonNull(call.get());
    } catch (RuntimeException e) {
      LOG.warnf(e, "event=ca-call-failed caId=%s action=%s", ca.caId(), action);
      return whenItFails;
    } finally {
      metrics.called(ca.caId(), action, java.time.Duration.ofNanos(System.nanoTime() - begun));
    }
  }

  private void note(boolean well) {
    if (well) {
      breaker.succeeded();
    } else {
      breaker.failed();
    }
  }
}
