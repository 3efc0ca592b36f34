package io.certferry.revocation.order;

import io.certferry.messaging.Cause;
import io.certferry.revocation.policy.Reason;
import io.certferry.revocation.policy.Trigger;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * That a request is to end.
 *
 * @param eventAt when the cause happened
 * @param reason instead of the table's; null leaves it
 * @param orderedBy a person's or a service's name
 * @param comment of the person
 * @param planId the mass revocation it is part of
 */
public record Order(
    UUID requestId,
    Trigger trigger,
    Instant eventAt,
    @Nullable Reason reason,
    String orderedBy,
    @Nullable String comment,
    @Nullable UUID planId,
    Cause cause) {

  /** One that an event brought. */
  public static Order of(UUID requestId, Trigger trigger, Instant eventAt, Cause cause) {
    return new Order(requestId, trigger, eventAt, null, "revocation-service", null, null, cause);
  }
}
