package io.certferry.pki.custody;

import io.certferry.pki.Digests;
import io.certferry.pki.key.WrappingContext;
import java.util.Locale;
import java.util.UUID;

/**
 * Whom and what a sealed PFX is for. It is authenticated with every sealed part: a row that was
 * moved to another tenant, user, certificate or purpose, or that got another file, does not open.
 *
 * @param userId UUIDv5 of tenant and user principal name
 * @param thumbprint hex SHA-1 of the certificate, any case
 * @param purpose such as smimeEncryption
 * @param pfxSha256 lower-case hex SHA-256 of the file
 */
public record ImportBinding(
    String tenant, UUID userId, String thumbprint, String purpose, String pfxSha256) {

  /** The binding of one file. */
  public static ImportBinding of(
      String tenant, UUID userId, String thumbprint, String purpose, byte[] pfx) {
    return new ImportBinding(tenant, userId, thumbprint, purpose, Digests.sha256Hex(pfx));
  }

  byte[] aad(String part) {
    return WrappingContext.of(
            "imported-pfx",
            part,
            tenant,
            userId.toString(),
            thumbprint.toUpperCase(Locale.ROOT),
            purpose,
            pfxSha256)
        .aad();
  }
}
