package io.certferry.issuance.request;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.event.CaResult.CertificateIssued;
import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.grant.JwsKeys;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ParsedCertificate;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A certificate that a result brought.
 *
 * @param sha256 of the certificate
 * @param verdict CHOSEN, EXTRA, LATE, BARRED or ORPHAN
 */
record Evidence(CertificateIssued result, String sha256, String chainSha256, String verdict) {

  static Evidence of(CertificateIssued result, String verdict) {
    return new Evidence(
        result,
        JwsKeys.sha256Hex(result.certificate().toArray()),
        chainSha256(result.chain()),
        verdict);
  }

  boolean isToBeRevoked() {
    return verdict.equals("EXTRA") || verdict.equals("LATE") || isBarred();
  }

  /** revocation-service is told of it and has it revoked. */
  boolean isBarred() {
    return verdict.equals("BARRED");
  }

  /** What others need to know of it, as far as it tells. */
  CertificateFacts facts() {
    ParsedCertificate certificate = Certificates.parse(result.certificate().toArray());
    return new CertificateFacts(
        result.caId(),
        certificate.issuer().toRfc4514(),
        certificate.serialHex(),
        certificate.subject().toRfc4514(),
        certificate.notBefore(),
        certificate.notAfter(),
        sha256,
        certificate.spkiSha256());
  }

  @Nullable String serialIfBarred() {
    return isBarred() ? facts().serial() : null;
  }

  @Nullable UUID revocationId() {
    return isToBeRevoked() ? UUID.randomUUID() : null;
  }

  private static String chainSha256(List<Bytes> chain) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    chain.forEach(certificate -> all.writeBytes(certificate.toArray()));
    return JwsKeys.sha256Hex(all.toByteArray());
  }
}
