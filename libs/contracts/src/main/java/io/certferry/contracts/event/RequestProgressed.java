package io.certferry.contracts.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A request reached a state that others act on. Emitted again, unchanged, whenever its command
 * comes again.
 *
 * @param version grows with each state of the request: an older one never overwrites a newer one
 * @param reason a stable code for DENIED, FAILED, QUARANTINED and the like
 * @param detail one sentence for people; no secret
 * @param platform the device's, such as windows or ios; null from a writer that does not say
 */
public record RequestProgressed(
    UUID requestId,
    NaturalKey naturalKey,
    RequestState state,
    int version,
    @Nullable String reason,
    @Nullable String detail,
    @Nullable CertificateFacts certificate,
    Instant at,
    @Nullable String platform) {

  @JsonCreator
  public RequestProgressed {}

  /** A progress that does not name the platform. */
  public RequestProgressed(
      UUID requestId,
      NaturalKey naturalKey,
      RequestState state,
      int version,
      @Nullable String reason,
      @Nullable String detail,
      @Nullable CertificateFacts certificate,
      Instant at) {
    this(requestId, naturalKey, state, version, reason, detail, certificate, at, null);
  }
}
