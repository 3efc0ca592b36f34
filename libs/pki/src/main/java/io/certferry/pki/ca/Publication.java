package io.certferry.pki.ca;

import io.certferry.pki.certificate.CertificateExtension;
import io.certferry.pki.certificate.CertificateExtensions;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a CA publishes what relying parties need.
 *
 * @param crlUrls CRL distribution points
 * @param ocspUrls OCSP responders
 * @param caIssuersUrls the CA's own certificate, DER
 */
public record Publication(List<String> crlUrls, List<String> ocspUrls, List<String> caIssuersUrls) {
  /** Nowhere. */
  public static final Publication NONE = new Publication(List.of(), List.of(), List.of());

  public Publication {
    crlUrls = List.copyOf(crlUrls);
    ocspUrls = List.copyOf(ocspUrls);
    caIssuersUrls = List.copyOf(caIssuersUrls);
  }

  List<CertificateExtension> extensions() {
    List<CertificateExtension> extensions = new ArrayList<>();
    if (!crlUrls.isEmpty()) {
      extensions.add(CertificateExtensions.crlDistributionPoints(crlUrls));
    }
    if (!ocspUrls.isEmpty() || !caIssuersUrls.isEmpty()) {
      extensions.add(CertificateExtensions.authorityInformationAccess(ocspUrls, caIssuersUrls));
    }
    return extensions;
  }
}
