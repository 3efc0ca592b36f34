package io.certferry.pfximport.imported;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An import as the native API shows it.
 *
 * @param state available, failed or deleted
 * @param reason a stable code with state failed
 * @param current whether it is the one of its purpose that is used for new mail; the others are
 *     history
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ImportView(
    UUID id,
    UUID userId,
    String userPrincipalName,
    String thumbprint,
    @Nullable String sha256,
    String purpose,
    Instant notBefore,
    Instant notAfter,
    String source,
    String state,
    @Nullable String reason,
    @Nullable String detail,
    int version,
    @Nullable Boolean current,
    Instant createdAt,
    Instant modifiedAt,
    @Nullable Instant openedAt) {

  static ImportView of(ImportedPfx pfx, @Nullable Boolean current) {
    return new ImportView(
        pfx.importId(),
        pfx.userId(),
        pfx.shownPrincipalName(),
        pfx.thumbprint(),
        pfx.sha256(),
        pfx.purpose().id(),
        pfx.notBefore(),
        pfx.notAfter(),
        pfx.source(),
        pfx.state().id(),
        pfx.reason(),
        pfx.detail(),
        pfx.version(),
        current,
        pfx.createdAt(),
        pfx.modifiedAt(),
        pfx.openedAt());
  }
}
