package io.certferry.revocation.evidence;

import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.Certificates;
import io.certferry.revocation.order.CaConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The certificates that may have signed a CA's list, from files and from nowhere else. */
final class CaCertificatesFile {

  private CaCertificatesFile() {}

  /**
   * DER, in the order of the configuration. Read anew each time, so that a rolled-over CA needs no
   * restart.
   *
   * @throws EvidenceException if a file cannot be read or holds something else
   */
  static List<byte[]> read(CaConfig.Ca ca) throws EvidenceException {
    List<byte[]> certificates = new ArrayList<>();
    for (Path file : ca.issuerCertificates().orElse(List.of())) {
      try {
        List<byte[]> found = Certificates.fromPem(Files.readAllBytes(file));
        found.forEach(Certificates::parse);
        certificates.addAll(found);
      } catch (IOException | PkiException e) {
        throw new EvidenceException(
            EvidenceProblem.ISSUER_UNREADABLE, "cannot read " + file.getFileName());
      }
    }
    return certificates;
  }
}
