package io.certferry.gateway.auditor;

import io.certferry.contracts.Bytes;
import io.certferry.gateway.driver.FoundRequest;
import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ParsedCertificate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A certificate as the CA lists it. */
record Listed(ParsedCertificate parsed, Bytes der, boolean revoked, @Nullable String caRequestId) {

  /** Empty for an entry without a certificate. */
  static Optional<Listed> of(FoundRequest entry) {
    Bytes der = entry.certificate();
    if (der == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Listed(
              Certificates.parse(der.toArray()),
              der,
              entry.status() == FoundRequest.Status.REVOKED,
              entry.caRequestId()));
    } catch (PkiException e) {
      return Optional.empty();
    }
  }

  String issuer() {
    return parsed.issuer().toRfc4514();
  }

  String serial() {
    return parsed.serialHex();
  }

  CertificateName name() {
    return new CertificateName(issuer(), serial());
  }
}
