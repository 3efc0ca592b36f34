package io.certferry.issuance.request;

import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.event.RequestState;
import org.jspecify.annotations.Nullable;

/**
 * A request moves to a state; who acts next and until when follows from the state ({@link
 * Schedule}).
 *
 * @param from the request as it was claimed or locked
 * @param reason a stable code, for states that need one
 * @param detail one sentence for people; no secret
 * @param caId the CA, once the grant has named it
 * @param platform the device's, once the grant has named it
 * @param attempt newest attempt of the connector; 0 leaves it
 * @param certificate what others need to know of it, once it was checked
 */
public record Advance(
    RequestRow from,
    RequestState to,
    @Nullable String reason,
    @Nullable String detail,
    @Nullable String caId,
    @Nullable String platform,
    int attempt,
    @Nullable CertificateFacts certificate) {

  public static Advance to(RequestRow from, RequestState to) {
    return new Advance(from, to, null, null, from.caId(), from.platform(), 0, null);
  }

  public Advance because(@Nullable String code, @Nullable String sentence) {
    return new Advance(from, to, code, sentence, caId, platform, attempt, certificate);
  }

  /** What the grant has told of it. */
  public Advance about(@Nullable String ca, String devicePlatform) {
    return new Advance(from, to, reason, detail, ca, devicePlatform, attempt, certificate);
  }

  public Advance attempt(int number) {
    return new Advance(from, to, reason, detail, caId, platform, number, certificate);
  }

  public Advance with(@Nullable CertificateFacts facts) {
    return new Advance(from, to, reason, detail, caId, platform, attempt, facts);
  }
}
