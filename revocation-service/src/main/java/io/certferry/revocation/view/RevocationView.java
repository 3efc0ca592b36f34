package io.certferry.revocation.view;

import io.certferry.contracts.event.RevocationProgressed.Evidence;
import io.certferry.revocation.order.Revocation;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A revocation as the API shows it; absent members are not known yet. */
record RevocationView(
    UUID id,
    UUID requestId,
    String deviceId,
    String subject,
    UUID profileId,
    String item,
    int generation,
    @Nullable String caId,
    @Nullable String issuer,
    @Nullable String serial,
    String trigger,
    String reason,
    String priority,
    String action,
    boolean removeFromDevice,
    @Nullable String channel,
    String state,
    @Nullable String code,
    @Nullable String detail,
    Instant eventAt,
    Instant orderedAt,
    @Nullable Instant barrierAt,
    @Nullable Instant submittedAt,
    @Nullable Instant acceptedAt,
    @Nullable Instant listedAt,
    @Nullable Instant endedAt,
    @Nullable Boolean alreadyRevoked,
    @Nullable Evidence evidence,
    int attempts,
    @Nullable Instant nextAttemptAt,
    String orderedBy,
    @Nullable String comment,
    @Nullable UUID planId) {

  static RevocationView of(Revocation r) {
    return new RevocationView(
        r.id(),
        r.requestId(),
        r.key().deviceId(),
        r.key().subject(),
        r.key().profileId(),
        r.key().item(),
        r.key().generation(),
        r.caId(),
        r.issuer(),
        r.serial(),
        r.trigger(),
        r.reason(),
        r.priority().code(),
        r.action(),
        r.removeFromDevice(),
        r.channel(),
        r.state().code(),
        r.stateReason(),
        r.stateDetail(),
        r.eventAt(),
        r.orderedAt(),
        r.barrierAt(),
        r.submittedAt(),
        r.acceptedAt(),
        r.listedAt(),
        r.endedAt(),
        r.already(),
        r.evidence(),
        r.attempts(),
        r.nextAttemptAt(),
        r.orderedBy(),
        r.comment(),
        r.planId());
  }
}
