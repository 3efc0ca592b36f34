package io.certferry.gateway.attempt;

import io.certferry.contracts.event.CaResult;
import io.certferry.gateway.command.Action;
import io.certferry.gateway.command.CommandState;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a command's row becomes, and what else happens in the same transaction.
 *
 * @param delay before a WAITING row is claimable
 * @param absenceCountsAfter from now, absence at the CA proves nothing for so long; null leaves it
 * @param attemptOutcome of the current attempt; null leaves it
 * @param result recorded and announced; null announces nothing
 * @param kept the certificate that the request gets
 * @param extras ours beyond that one: recorded and revoked
 * @param strays of another key: evidence, and revoked unless they belong to another request
 */
record Verdict(
    CommandState state,
    Action action,
    Duration delay,
    int failures,
    int wrongAnswers,
    @Nullable String caRequestId,
    boolean unknown,
    boolean pending,
    @Nullable Duration absenceCountsAfter,
    boolean mayDuplicate,
    @Nullable String attemptOutcome,
    @Nullable String attemptCode,
    @Nullable CaResult result,
    @Nullable HeldCertificate kept,
    boolean adopted,
    List<HeldCertificate> extras,
    List<HeldCertificate> strays) {

  static Builder becoming(CommandState state, Action action) {
    return new Builder(state, action);
  }

  /** Collects the parts; what is not said stays as it is. */
  static final class Builder {
    private final CommandState state;
    private final Action action;
    private Duration delay = Duration.ZERO;
    private int failures;
    private int wrongAnswers;
    private @Nullable String caRequestId;
    private boolean unknown;
    private boolean pending;
    private @Nullable Duration absenceCountsAfter;
    private boolean mayDuplicate;
    private @Nullable String attemptOutcome;
    private @Nullable String attemptCode;
    private @Nullable CaResult result;
    private @Nullable HeldCertificate kept;
    private boolean adopted;
    private List<HeldCertificate> extras = List.of();
    private List<HeldCertificate> strays = List.of();

    private Builder(CommandState state, Action action) {
      this.state = state;
      this.action = action;
    }

    Builder after(Duration pause) {
      delay = pause;
      return this;
    }

    Builder failures(int count) {
      failures = count;
      return this;
    }

    Builder wrongAnswers(int count) {
      wrongAnswers = count;
      return this;
    }

    Builder caRequestId(@Nullable String id) {
      caRequestId = id;
      return this;
    }

    Builder unknown(boolean announced) {
      unknown = announced;
      return this;
    }

    Builder pending(boolean announced) {
      pending = announced;
      return this;
    }

    Builder absenceCountsAfter(Duration time) {
      absenceCountsAfter = time;
      return this;
    }

    Builder mayDuplicate(boolean may) {
      mayDuplicate = may;
      return this;
    }

    Builder attempt(String outcome, @Nullable String code) {
      attemptOutcome = outcome;
      attemptCode = code;
      return this;
    }

    Builder result(@Nullable CaResult event) {
      result = event;
      return this;
    }

    Builder kept(HeldCertificate certificate, boolean found) {
      kept = certificate;
      adopted = found;
      return this;
    }

    Builder extras(List<HeldCertificate> certificates) {
      extras = List.copyOf(certificates);
      return this;
    }

    Builder strays(List<HeldCertificate> certificates) {
      strays = List.copyOf(certificates);
      return this;
    }

    Verdict build() {
      return new Verdict(
          state,
          action,
          delay,
          failures,
          wrongAnswers,
          caRequestId,
          unknown,
          pending,
          absenceCountsAfter,
          mayDuplicate,
          attemptOutcome,
          attemptCode,
          result,
          kept,
          adopted,
          extras,
          strays);
    }
  }
}
