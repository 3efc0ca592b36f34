package io.certferry.profile.enrolment;

import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.EnrolmentEnded;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.messaging.Cause;
import io.certferry.messaging.OutboundEvent;
import java.time.Instant;
import java.util.UUID;

/**
 * A certificate that is no longer wanted: revocation-service decides what follows from it.
 *
 * @param reason a trigger of the lifecycle contract, or re-enrolled
 */
public record Ended(UUID requestId, NaturalKey naturalKey, String reason) {

  /** The device is enrolled anew without its MDM having said that it left. */
  public static final String RE_ENROLLED = "re-enrolled";

  private static final String UNENROLLED = "unenrolled";

  /** Tells revocation-service, which decides what follows. */
  public OutboundEvent event(Instant at, Cause cause) {
    return new OutboundEvent(
        naturalKey.tenant(),
        Topics.DEVICE_LIFECYCLE,
        Keys.device(naturalKey.tenant(), naturalKey.deviceId()),
        new EnrolmentEnded(
            requestId, naturalKey, reason.equals(RE_ENROLLED) ? UNENROLLED : reason, at),
        cause);
  }
}
