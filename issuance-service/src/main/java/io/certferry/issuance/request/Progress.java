package io.certferry.issuance.request;

import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.event.RequestProgressed;
import io.certferry.contracts.event.RequestState;
import io.certferry.messaging.Cause;
import io.certferry.messaging.OutboundEvent;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A state that a request reached, as the database recorded it.
 *
 * @param at when, by the database's clock
 * @param acceptedAt when the request was accepted
 * @param since when it had reached the state before
 */
public record Progress(
    UUID requestId,
    NaturalKey naturalKey,
    RequestState state,
    int version,
    @Nullable String reason,
    @Nullable String detail,
    @Nullable CertificateFacts certificate,
    @Nullable String platform,
    Instant at,
    Instant acceptedAt,
    Instant since,
    Cause cause) {

  /** What the row says already, to be told again. */
  public static Progress recorded(
      RequestRow row, @Nullable CertificateFacts certificate, Cause cause) {
    return new Progress(
        row.requestId(),
        row.naturalKey(),
        row.state(),
        row.version(),
        row.reason(),
        row.detail(),
        certificate,
        row.platform(),
        row.stateSince(),
        row.acceptedAt(),
        row.stateSince(),
        cause);
  }

  /** The event that tells the others. */
  public OutboundEvent event() {
    return onCertificates(
        naturalKey,
        new RequestProgressed(
            requestId, naturalKey, state, version, reason, detail, certificate, at, platform),
        cause);
  }

  /** An event on the certificates topic, in the device's order. */
  public static OutboundEvent onCertificates(NaturalKey key, Object payload, Cause cause) {
    return new OutboundEvent(
        key.tenant(),
        Topics.CERTIFICATES,
        Keys.device(key.tenant(), key.deviceId()),
        payload,
        cause);
  }
}
