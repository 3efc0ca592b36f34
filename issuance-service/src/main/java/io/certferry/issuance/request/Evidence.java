package io.certferry.issuance.request;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.event.CaResult.CertificateIssued;
import io.certferry.contracts.grant.JwsKeys;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A certificate that a result brought.
 *
 * @param sha256 of the certificate
 * @param verdict CHOSEN, EXTRA, LATE or ORPHAN
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
    return verdict.equals("EXTRA") || verdict.equals("LATE");
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
