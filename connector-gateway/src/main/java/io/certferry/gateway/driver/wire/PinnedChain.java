package io.certferry.gateway.driver.wire;

import io.certferry.contracts.Bytes;
import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.CertificateChains;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ParsedCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * The certificates of a CA as its operator gave them, never as the CA sent them.
 *
 * @param certificates DER, issuing CA first, root last
 */
public record PinnedChain(List<Bytes> certificates) {

  public PinnedChain {
    certificates = List.copyOf(certificates);
  }

  /**
   * Reads a PEM file.
   *
   * @throws IllegalArgumentException if it cannot be read, or is not a chain of CA certificates
   */
  static PinnedChain read(Path file) {
    try {
      PinnedChain chain =
          new PinnedChain(
              Certificates.fromPem(Files.readAllBytes(file)).stream().map(Bytes::of).toList());
      chain.check();
      return chain;
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot be read: " + e.getClass().getSimpleName(), e);
    } catch (PkiException e) {
      throw new IllegalArgumentException("holds no certificates: " + e.getMessage(), e);
    }
  }

  private void check() {
    for (int i = 0; i < certificates.size(); i++) {
      ParsedCertificate certificate = parsed(i);
      ParsedCertificate above = parsed(Math.min(i + 1, certificates.size() - 1));
      if (!certificate.isCa()) {
        throw new IllegalArgumentException("holds a certificate that is not a CA's");
      }
      if (!certificate.issuer().equals(above.subject())) {
        throw new IllegalArgumentException("must hold the issuing CA first and its root last");
      }
    }
  }

  private ParsedCertificate parsed(int index) {
    return Certificates.parse(certificates.get(index).toArray());
  }

  /** The CA that signs what we get. */
  public ParsedCertificate issuing() {
    return parsed(0);
  }

  public ParsedCertificate root() {
    return parsed(certificates.size() - 1);
  }

  public List<byte[]> ders() {
    return certificates.stream().map(Bytes::toArray).toList();
  }

  /** Whether a certificate, of the CA itself or of a helper of it, chains to the pinned root. */
  public boolean covers(byte[] certificate, Instant at) {
    return CertificateChains.verify(
            certificate, ders(), List.of(certificates.get(certificates.size() - 1).toArray()), at)
        .isValid();
  }

  public boolean holds(byte[] certificate) {
    return certificates.contains(Bytes.of(certificate));
  }
}
