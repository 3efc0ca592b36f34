package io.certferry.gateway.attempt;

import io.certferry.contracts.event.CaCommand.SubmitCsr;
import io.certferry.gateway.command.ClaimedCommand;

/**
 * A submission whose attempts are in the ledger.
 *
 * @param attempt the number of the newest attempt; 0 before the first
 * @param spkiSha256 lower-case hex, of the CSR's key
 */
record Submitted(ClaimedCommand claimed, SubmitCsr command, int attempt, String spkiSha256) {}
