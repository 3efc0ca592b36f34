package io.certferry.gateway.command;

import io.certferry.contracts.event.CaCommand;
import io.certferry.messaging.Cause;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row under our lease, as it was when it was claimed.
 *
 * @param epoch fences every write about it
 * @param attempts submissions so far
 * @param failures consecutive tries that came to nothing, for the back-off
 * @param wrongAnswers certificates of another key so far
 * @param unknown an unknown outcome was announced
 * @param pending a pending outcome was announced
 * @param absenceCountsFrom absence at the CA proves nothing before this, by the database's clock
 * @param internal its result is not announced
 * @param searchFirst the CA may know of it from a time that our ledger lost
 * @param receivedAt by the database's clock
 * @param claimedAt by the database's clock, the time of this claim
 */
public record ClaimedCommand(
    CommandId id,
    CaCommand command,
    String tenant,
    Action action,
    long epoch,
    int attempts,
    int failures,
    int wrongAnswers,
    @Nullable String caRequestId,
    boolean unknown,
    boolean pending,
    @Nullable Instant absenceCountsFrom,
    boolean mayDuplicate,
    boolean internal,
    boolean searchFirst,
    Cause cause,
    Instant receivedAt,
    Instant claimedAt) {

  public String caId() {
    return command.caId();
  }
}
