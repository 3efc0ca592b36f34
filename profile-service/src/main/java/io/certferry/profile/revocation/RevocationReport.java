package io.certferry.profile.revocation;

import io.certferry.contracts.event.RevocationOrdered;
import io.certferry.contracts.event.RevocationProgressed;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far a revocation is.
 *
 * @param action revoke or remove; null where the report does not say
 * @param version grows with each state; 0 for the order itself
 */
record RevocationReport(
    UUID revocationId,
    UUID requestId,
    String tenant,
    String deviceId,
    String trigger,
    @Nullable String action,
    String state,
    int version,
    @Nullable String reason,
    @Nullable String detail,
    Instant at) {

  static Optional<RevocationReport> of(RevocationOrdered order) {
    UUID requestId = order.requestId();
    return requestId == null || order.action().equals("keep")
        ? Optional.empty()
        : Optional.of(
            new RevocationReport(
                order.revocationId(),
                requestId,
                order.naturalKey().tenant(),
                order.naturalKey().deviceId(),
                order.trigger(),
                order.action(),
                "ordered",
                0,
                order.reason(),
                null,
                order.at()));
  }

  static Optional<RevocationReport> of(RevocationProgressed progress) {
    UUID requestId = progress.requestId();
    return requestId == null
        ? Optional.empty()
        : Optional.of(
            new RevocationReport(
                progress.revocationId(),
                requestId,
                progress.naturalKey().tenant(),
                progress.naturalKey().deviceId(),
                progress.trigger(),
                null,
                progress.state(),
                progress.version(),
                progress.reason(),
                progress.detail(),
                progress.at()));
  }
}
