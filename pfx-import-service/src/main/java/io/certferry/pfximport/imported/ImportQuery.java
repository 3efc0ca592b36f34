package io.certferry.pfximport.imported;

import io.certferry.contracts.UserIds;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which imports are wanted; null is any.
 *
 * @param userPrincipalName lower case
 * @param thumbprint upper case
 */
public record ImportQuery(
    @Nullable String userPrincipalName,
    @Nullable String thumbprint,
    @Nullable String purpose,
    @Nullable String state) {

  public ImportQuery {
    userPrincipalName = userPrincipalName == null ? null : UserIds.lower(userPrincipalName);
    thumbprint = thumbprint == null ? null : thumbprint.toUpperCase(Locale.ROOT);
  }

  /** Everything. */
  public static ImportQuery all() {
    return new ImportQuery(null, null, null, null);
  }
}
