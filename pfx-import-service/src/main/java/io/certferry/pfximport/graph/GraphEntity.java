package io.certferry.pfximport.graph;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.certferry.pfximport.imported.ImportedPfx;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code #microsoft.graph.userPFXCertificate} as answers have it. The two secrets are write-only:
 * the blob always reads {@code AA==} (one zero byte), the password empty.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record GraphEntity(
    @JsonProperty("@odata.context") @Nullable String context,
    @JsonProperty("@odata.type") String type,
    String id,
    String thumbprint,
    String intendedPurpose,
    String userPrincipalName,
    String startDateTime,
    String expirationDateTime,
    String providerName,
    String keyName,
    String paddingScheme,
    @Nullable String keyAlgorithm,
    String encryptedPfxBlob,
    String encryptedPfxPassword,
    String createdDateTime,
    String lastModifiedDateTime) {

  private static final String TYPE = "#microsoft.graph.userPFXCertificate";

  static GraphEntity of(ImportedPfx pfx, @Nullable String context) {
    return new GraphEntity(
        context,
        TYPE,
        EntityKey.of(pfx),
        pfx.thumbprint().toLowerCase(Locale.ROOT),
        pfx.purpose().id(),
        pfx.shownPrincipalName(),
        text(pfx.notBefore()),
        text(pfx.notAfter()),
        pfx.providerName(),
        pfx.keyName(),
        pfx.paddingScheme(),
        pfx.keyAlgorithm(),
        "AA==",
        "",
        text(pfx.createdAt()),
        text(pfx.modifiedAt()));
  }

  private static String text(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MICROS).toString();
  }
}
