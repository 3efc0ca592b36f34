package io.certferry.issuance.packaging;

import io.certferry.pki.certificate.Certificates;
import java.util.List;

/**
 * The certificates above an issued one.
 *
 * @param certificates DER, issuing CA first, root last
 * @param intermediates the same without the root: what a PKCS#12 file carries
 */
record CaChain(List<byte[]> certificates, List<byte[]> intermediates) {

  static CaChain of(List<byte[]> certificates) {
    return new CaChain(
        List.copyOf(certificates),
        certificates.stream()
            .filter(certificate -> !Certificates.parse(certificate).isSelfIssued())
            .toList());
  }
}
