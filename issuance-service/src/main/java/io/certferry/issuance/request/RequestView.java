package io.certferry.issuance.request;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.certferry.contracts.event.CertificateFacts;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A request as REST shows it; never any key material.
 *
 * @param since when it reached its state
 * @param stuck whether it is past the deadline of its state
 * @param times when it reached each stage
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RequestView(
    UUID requestId,
    String deviceId,
    String subject,
    UUID profileId,
    String item,
    int generation,
    String kind,
    String state,
    Instant since,
    int version,
    @Nullable String reason,
    @Nullable String detail,
    @Nullable String caId,
    @Nullable Instant deadline,
    boolean stuck,
    String correlationId,
    Times times,
    @Nullable CertificateFacts certificate,
    @Nullable Instant revokedAt) {

  /** When a request reached each stage. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Times(
      Instant accepted,
      @Nullable Instant keyed,
      @Nullable Instant submitted,
      @Nullable Instant answered,
      @Nullable Instant offered,
      @Nullable Instant installed,
      @Nullable Instant keyDestroyed) {}

  static RequestView of(
      RequestEntity request, @Nullable CertificateEntity certificate, Instant now) {
    return new RequestView(
        request.requestId,
        request.deviceId,
        request.subject,
        request.profileId,
        request.item,
        request.generation,
        request.kind,
        request.state,
        request.stateSince,
        request.version,
        request.reason,
        request.detail,
        request.caId,
        request.deadline,
        request.deadline != null && request.deadline.isBefore(now),
        request.correlationId,
        new Times(
            request.acceptedAt,
            request.keyedAt,
            request.submittedAt,
            request.answeredAt,
            request.offeredAt,
            request.installedAt,
            request.destroyedAt),
        certificate == null ? null : facts(certificate),
        certificate == null ? null : certificate.revokedAt);
  }

  private static CertificateFacts facts(CertificateEntity certificate) {
    return new CertificateFacts(
        certificate.caId,
        certificate.issuer,
        certificate.serial,
        certificate.subject,
        certificate.notBefore,
        certificate.notAfter,
        certificate.sha256,
        certificate.spkiSha256);
  }
}
