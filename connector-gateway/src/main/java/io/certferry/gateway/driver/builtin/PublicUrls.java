package io.certferry.gateway.driver.builtin;

import io.certferry.gateway.driver.OwnAuthority.Tier;
import io.certferry.pki.ca.Publication;
import java.util.List;
import java.util.Locale;

/** Where a CA's certificates say that its CRLs, OCSP answers and certificates are. */
final class PublicUrls {

  private PublicUrls() {}

  /**
   * @param base URL of this service
   * @param signer the tier that signs the certificate
   */
  static Publication of(String base, String caId, Tier signer) {
    String root =
        (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + "/ca/" + caId;
    String tier = signer.name().toLowerCase(Locale.ROOT);
    return new Publication(
        List.of(root + "/" + tier + ".crl"),
        List.of(root + "/ocsp"),
        List.of(root + "/" + tier + ".cer"));
  }
}
