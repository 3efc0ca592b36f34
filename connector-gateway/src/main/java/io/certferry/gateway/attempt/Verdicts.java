package io.certferry.gateway.attempt;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.event.CaResult;
import io.certferry.gateway.command.Action;
import io.certferry.gateway.command.CommandState;
import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.gateway.policy.Refusal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a CA's answer to a submission, or to a question about one, makes of the command. Pure. */
final class Verdicts {

  static final String DENIED_BY_CA = "denied-by-ca";
  static final String CONFIGURATION = "configuration";
  private static final Duration HELD_BACK = Duration.ofMinutes(1);
  private static final Duration LONGEST_WAIT = Duration.ofDays(1);

  private final AttemptConfig config;
  private final Backoff backoff;
  private final InstantSource clock;

  Verdicts(AttemptConfig config, Backoff backoff, InstantSource clock) {
    this.config = config;
    this.backoff = backoff;
    this.clock = clock;
  }

  /** A check said no; no CA heard of this attempt. */
  Verdict refused(Submitted request, Refusal refusal) {
    return done(request)
        .result(denied(request, refusal.code(), refusal.message(), request.attempt() > 0))
        .build();
  }

  /** The lease was too old to call the CA. */
  Verdict notSent(Submitted request) {
    Action action = request.claimed().searchFirst() ? Action.RECONCILE : Action.SUBMIT;
    return next(request, CommandState.READY, action)
        .failures(request.claimed().failures())
        .attempt("not-sent", "lease-too-old")
        .build();
  }

  /** The local policy lets no more through now; no CA heard of it. */
  Verdict heldBack(Submitted request) {
    return next(request, CommandState.WAITING, Action.SUBMIT)
        .after(backoff.jittered(1, HELD_BACK, HELD_BACK))
        .failures(request.claimed().failures())
        .build();
  }

  /**
   * The CA answered a submission, or did not.
   *
   * @param maxInFlight after which absence at this CA counts
   */
  Verdict submitted(Submitted request, SubmitOutcome outcome, Duration maxInFlight) {
    if (outcome instanceof SubmitOutcome.Issued issued) {
      return issued(request, issued, maxInFlight);
    }
    if (outcome instanceof SubmitOutcome.Pending pending) {
      return pending(request, pending.caRequestId(), pending.askAfter());
    }
    if (outcome instanceof SubmitOutcome.Denied denied) {
      return deniedByCa(request, denied.code(), denied.message());
    }
    if (outcome instanceof SubmitOutcome.ConfigurationError error) {
      return misconfigured(request, error);
    }
    if (outcome instanceof SubmitOutcome.Retryable retryable) {
      return again(request, retryable.code());
    }
    return unknown(request, ((SubmitOutcome.Unknown) outcome).code(), maxInFlight, List.of());
  }

  /** The CA answered a question about a pending request. */
  Verdict polled(Submitted request, SubmitOutcome outcome, Duration maxInFlight) {
    if (outcome instanceof SubmitOutcome.Retryable
        || outcome instanceof SubmitOutcome.ConfigurationError) {
      return askLater(request);
    }
    return submitted(request, outcome, maxInFlight);
  }

  private Verdict issued(Submitted request, SubmitOutcome.Issued issued, Duration maxInFlight) {
    Optional<HeldCertificate> held = HeldCertificate.of(issued.certificate(), issued.caRequestId());
    if (held.isEmpty()) {
      return unknown(request, "unreadable-certificate", maxInFlight, List.of());
    }
    return held.get().hasKey(request.spkiSha256())
        ? keep(request, held.get(), issued.chain(), false, List.of(), List.of())
        : wrongKey(request, held.get(), maxInFlight);
  }

  /** The request gets this certificate. */
  Verdict keep(
      Submitted request,
      HeldCertificate certificate,
      List<Bytes> chain,
      boolean adopted,
      List<HeldCertificate> extras,
      List<HeldCertificate> strays) {
    return done(request)
        .caRequestId(certificate.caRequestId())
        .attempt(adopted ? "adopted" : "issued", null)
        .kept(certificate, adopted)
        .extras(extras)
        .strays(strays)
        .result(issuedEvent(request, certificate, chain, adopted))
        .build();
  }

  CaResult.CertificateIssued issuedEvent(
      Submitted request, HeldCertificate certificate, List<Bytes> chain, boolean adopted) {
    return new CaResult.CertificateIssued(
        request.command().requestId(),
        request.command().caId(),
        request.command().naturalKey(),
        request.attempt(),
        certificate.caRequestId(),
        certificate.der(),
        chain,
        adopted,
        request.claimed().mayDuplicate(),
        clock.instant());
  }

  private Verdict wrongKey(Submitted request, HeldCertificate certificate, Duration maxInFlight) {
    int wrong = request.claimed().wrongAnswers() + 1;
    if (wrong < config.wrongAnswers()) {
      return unknown(request, "wrong-key", maxInFlight, List.of(certificate));
    }
    return done(request)
        .wrongAnswers(wrong)
        .attempt("unknown", "wrong-key")
        .strays(List.of(certificate))
        .result(
            denied(
                request,
                CONFIGURATION,
                "the CA keeps answering with certificates of another key",
                true))
        .build();
  }

  /** As {@link #pending(Submitted, String, Duration)}, as often as we think right. */
  Verdict pending(Submitted request, String caRequestId) {
    return pending(request, caRequestId, Duration.ZERO);
  }

  /**
   * A manager decides; the question is asked again and again, with no lease held.
   *
   * @param askAfter what the CA wants us to wait; at most a day of it is believed
   */
  private Verdict pending(Submitted request, String caRequestId, Duration askAfter) {
    boolean announced = request.claimed().pending();
    int asked = announced ? request.claimed().failures() + 1 : 1;
    return next(request, CommandState.WAITING, Action.POLL)
        .after(
            longer(Backoff.steady(asked, config.pendingFirst(), config.pendingLongest()), askAfter))
        .failures(asked)
        .caRequestId(caRequestId)
        .pending(true)
        .attempt("pending", null)
        .result(announced ? null : pendingEvent(request, caRequestId))
        .build();
  }

  private static Duration longer(Duration ours, Duration theirs) {
    Duration believed = theirs.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : theirs;
    return ours.compareTo(believed) > 0 ? ours : believed;
  }

  private CaResult pendingEvent(Submitted request, String caRequestId) {
    return new CaResult.CertificatePending(
        request.command().requestId(),
        request.command().caId(),
        request.command().naturalKey(),
        request.attempt(),
        caRequestId,
        clock.instant());
  }

  private Verdict askLater(Submitted request) {
    int asked = request.claimed().failures() + 1;
    return next(request, CommandState.WAITING, Action.POLL)
        .after(Backoff.steady(asked, config.pendingFirst(), config.pendingLongest()))
        .failures(asked)
        .build();
  }

  Verdict deniedByCa(Submitted request, String code, String message) {
    return done(request)
        .attempt("denied", code)
        .result(denied(request, DENIED_BY_CA, code + ": " + message, true))
        .build();
  }

  private Verdict misconfigured(Submitted request, SubmitOutcome.ConfigurationError error) {
    return done(request)
        .attempt("configuration", error.code())
        .result(denied(request, CONFIGURATION, error.code() + ": " + error.message(), true))
        .build();
  }

  private Verdict again(Submitted request, String code) {
    int failures = request.claimed().failures() + 1;
    return next(request, CommandState.WAITING, Action.SUBMIT)
        .after(backoff.jittered(failures, config.retryFirst(), config.retryLongest()))
        .failures(failures)
        .attempt("retryable", code)
        .build();
  }

  private Verdict unknown(
      Submitted request, String code, Duration maxInFlight, List<HeldCertificate> strays) {
    return next(request, CommandState.WAITING, Action.RECONCILE)
        .after(config.reconcileFirst())
        .wrongAnswers(request.claimed().wrongAnswers() + strays.size())
        .unknown(true)
        .absenceCountsAfter(maxInFlight)
        .attempt("unknown", code)
        .strays(strays)
        .result(unknownEvent(request, code))
        .build();
  }

  private @Nullable CaResult unknownEvent(Submitted request, String code) {
    return request.claimed().unknown()
        ? null
        : new CaResult.OutcomeUnknown(
            request.command().requestId(),
            request.command().caId(),
            request.command().naturalKey(),
            request.attempt(),
            code,
            "The CA may have issued; the connector is finding out.",
            clock.instant());
  }

  /** Absence is proven: the same CSR goes again. */
  Verdict resubmit(Submitted request, boolean mayDuplicate, List<HeldCertificate> strays) {
    return next(request, CommandState.READY, Action.SUBMIT)
        .mayDuplicate(request.claimed().mayDuplicate() || mayDuplicate)
        .attempt(mayDuplicate ? "unknown" : "absent", null)
        .strays(strays)
        .build();
  }

  /** The CA could not say; it is asked again. */
  Verdict lookLater(Submitted request) {
    int failures = request.claimed().failures() + 1;
    return next(request, CommandState.WAITING, Action.RECONCILE)
        .after(backoff.jittered(failures, config.reconcileFirst(), config.reconcileLongest()))
        .failures(failures)
        .build();
  }

  /** Not there, but it may still come. */
  Verdict lookAfter(Submitted request, Duration pause) {
    return next(request, CommandState.WAITING, Action.RECONCILE)
        .after(pause.compareTo(config.reconcileFirst()) < 0 ? config.reconcileFirst() : pause)
        .failures(request.claimed().failures())
        .build();
  }

  private static Verdict.Builder done(Submitted request) {
    return next(request, CommandState.DONE, request.claimed().action());
  }

  private static Verdict.Builder next(Submitted request, CommandState state, Action action) {
    return Verdict.becoming(state, action)
        .wrongAnswers(request.claimed().wrongAnswers())
        .unknown(request.claimed().unknown())
        .pending(request.claimed().pending())
        .mayDuplicate(request.claimed().mayDuplicate());
  }

  private CaResult denied(Submitted request, String code, String message, boolean submitted) {
    return new CaResult.CertificateDenied(
        request.command().requestId(),
        request.command().caId(),
        request.command().naturalKey(),
        request.attempt(),
        code,
        message,
        submitted,
        clock.instant());
  }
}
