package io.certferry.profile.imported;

import io.certferry.contracts.event.NaturalKey;
import io.certferry.messaging.Cause;
import io.certferry.messaging.OutboundEvent;
import io.certferry.profile.enrolment.Ended;
import java.time.Instant;
import java.util.UUID;

/**
 * A device should no longer have an import.
 *
 * @param reason profile-unassigned, profile-deleted or import-deleted
 * @param isOnDevice whether it may be there, or on its way: then it is to be removed
 */
public record Ending(
    UUID requestId, NaturalKey naturalKey, String reason, boolean isOnDevice, Cause cause) {

  OutboundEvent event(Instant at) {
    return new Ended(requestId, naturalKey, reason).event(at, cause);
  }
}
