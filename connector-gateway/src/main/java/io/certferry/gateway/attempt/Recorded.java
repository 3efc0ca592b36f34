package io.certferry.gateway.attempt;

import io.certferry.contracts.event.CaCommand;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.gateway.command.ClaimedCommand;
import org.jspecify.annotations.Nullable;

/**
 * A verdict on its way into the ledger.
 *
 * @param attempt number of the attempt it is about; 0 for none
 * @param policyVersion which local policy let the submission through; null if none was asked
 */
record Recorded(
    ClaimedCommand claimed, int attempt, Verdict verdict, @Nullable String policyVersion) {

  Recorded(ClaimedCommand claimed, int attempt, Verdict verdict) {
    this(claimed, attempt, verdict, null);
  }

  @Nullable NaturalKey naturalKey() {
    return claimed.command() instanceof CaCommand.SubmitCsr submit ? submit.naturalKey() : null;
  }
}
