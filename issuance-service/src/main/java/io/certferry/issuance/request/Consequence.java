package io.certferry.issuance.request;

import io.certferry.contracts.event.CaResult;
import io.certferry.contracts.event.CaResult.CertificateDenied;
import io.certferry.contracts.event.CaResult.CertificateIssued;
import io.certferry.contracts.event.CaResult.CertificatePending;
import io.certferry.contracts.event.CaResult.CertificateRevoked;
import io.certferry.contracts.event.CaResult.OutcomeUnknown;
import io.certferry.contracts.event.CaResult.RevocationRefused;
import io.certferry.contracts.event.RequestState;
import org.jspecify.annotations.Nullable;

/**
 * What a result means for a request in its present state. Pure; any order and any repetition of
 * results ends in the same state (invariant I16).
 */
sealed interface Consequence {

  /** Nothing new. */
  record None() implements Consequence {}

  /** The request moves. */
  record Moves(RequestState to, @Nullable String reason, @Nullable String detail, int attempt)
      implements Consequence {}

  /** The certificate is the request's: it moves to ISSUED and the certificate will be checked. */
  record Adopts(int attempt) implements Consequence {}

  /**
   * A certificate that must not live: evidence, and to be revoked.
   *
   * @param verdict EXTRA beside the one the request has, LATE for a request that has ended, or
   *     BARRED after the barrier of an ordered revocation
   */
  record Keeps(String verdict) implements Consequence {}

  Consequence NONE = new None();

  /**
   * The code of a denial that profile-service answers with a newer grant for the same generation.
   */
  String GRANT_EXPIRED = "grant-expired";

  /**
   * @param state where the request is
   * @param attempt newest attempt of the connector known so far
   */
  static Consequence of(RequestState state, int attempt, CaResult result) {
    if (result instanceof CertificateIssued issued) {
      return ofCertificate(state, issued.attempt());
    }
    if (result instanceof CertificateDenied denied) {
      return denied.attempt() < attempt ? NONE : ofDenial(state, denied);
    }
    if (result instanceof CertificatePending pending) {
      return ofPending(state, attempt, pending.attempt());
    }
    if (result instanceof OutcomeUnknown unknown) {
      return ofUnknown(state, attempt, unknown);
    }
    if (result instanceof CertificateRevoked || result instanceof RevocationRefused) {
      return NONE;
    }
    throw new IllegalArgumentException("unknown result");
  }

  private static Consequence ofCertificate(RequestState state, int attempt) {
    return switch (state) {
      case KEYED, SUBMITTING, PENDING_AT_CA, UNKNOWN_AT_CA -> new Adopts(attempt);
      case ISSUED, PACKAGED, OFFERED, INSTALLED, KEY_DESTROYED -> new Keeps("EXTRA");
      case REVOKING -> new Keeps("BARRED");
      case ACCEPTED, DENIED, CANCELLED, SUPERSEDED, QUARANTINED, REVOKED, FAILED ->
          new Keeps("LATE");
    };
  }

  private static Consequence ofDenial(RequestState state, CertificateDenied denied) {
    if (state == RequestState.REVOKING) {
      return new Moves(RequestState.REVOKED, denied.code(), denied.message(), denied.attempt());
    }
    if (!waitsForTheCa(state)) {
      return NONE;
    }
    boolean toBeSignedAgain = denied.code().equals(GRANT_EXPIRED) && !denied.submitted();
    return new Moves(
        toBeSignedAgain ? RequestState.KEYED : RequestState.DENIED,
        denied.code(),
        denied.message(),
        denied.attempt());
  }

  private static Consequence ofPending(RequestState state, int attempt, int newAttempt) {
    boolean older = newAttempt < attempt;
    boolean known = state == RequestState.PENDING_AT_CA;
    return older || known || !waitsForTheCa(state)
        ? NONE
        : new Moves(RequestState.PENDING_AT_CA, null, null, newAttempt);
  }

  /** Pending is the better knowledge of the same attempt. */
  private static Consequence ofUnknown(RequestState state, int attempt, OutcomeUnknown unknown) {
    boolean news =
        state == RequestState.SUBMITTING
            ? unknown.attempt() >= attempt
            : state == RequestState.PENDING_AT_CA && unknown.attempt() > attempt;
    return news
        ? new Moves(
            RequestState.UNKNOWN_AT_CA, unknown.code(), unknown.message(), unknown.attempt())
        : NONE;
  }

  private static boolean waitsForTheCa(RequestState state) {
    return state == RequestState.SUBMITTING
        || state == RequestState.PENDING_AT_CA
        || state == RequestState.UNKNOWN_AT_CA;
  }
}
