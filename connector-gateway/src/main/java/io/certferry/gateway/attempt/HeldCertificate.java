package io.certferry.gateway.attempt;

import io.certferry.contracts.Bytes;
import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ParsedCertificate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A certificate that a CA gave, with the CA's id of its request. */
record HeldCertificate(ParsedCertificate parsed, Bytes der, @Nullable String caRequestId) {

  /** Empty if it is no certificate. */
  static Optional<HeldCertificate> of(Bytes der, @Nullable String caRequestId) {
    try {
      return Optional.of(new HeldCertificate(Certificates.parse(der.toArray()), der, caRequestId));
    } catch (PkiException e) {
      return Optional.empty();
    }
  }

  boolean hasKey(String spkiSha256) {
    return parsed.spkiSha256().equals(spkiSha256);
  }

  /** RFC 4514. */
  String issuer() {
    return parsed.issuer().toRfc4514();
  }
}
