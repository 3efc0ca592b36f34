package io.certferry.pfximport.imported;

import io.certferry.contracts.UserIds;
import io.certferry.pki.custody.SealedImport;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An import ready to be stored: sealed already.
 *
 * @param shownPrincipalName as it was written
 * @param thumbprint upper-case hex SHA-1
 * @param sha256 of the certificate, where the importer showed it
 * @param source graph or native
 * @param pfxSha256 of the file inside
 */
public record NewImport(
    String tenant,
    String shownPrincipalName,
    String thumbprint,
    @Nullable String sha256,
    Purpose purpose,
    Instant notBefore,
    Instant notAfter,
    String providerName,
    String keyName,
    String paddingScheme,
    @Nullable String keyAlgorithm,
    String source,
    String pfxSha256,
    SealedImport sealed) {

  public UUID userId() {
    return UserIds.of(tenant, shownPrincipalName);
  }
}
