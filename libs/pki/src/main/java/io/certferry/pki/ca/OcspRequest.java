package io.certferry.pki.ca;

import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A status request (RFC 6960 section 4.1).
 *
 * @param certificates which certificates, 1 to 16
 * @param nonce the octets to give back, or null (RFC 9654: 1 to 128 octets)
 */
public record OcspRequest(List<CertificateId> certificates, byte @Nullable [] nonce) {
  public OcspRequest {
    certificates = List.copyOf(certificates);
  }

  /**
   * Names a certificate by its issuer and serial.
   *
   * @param der CertID as it came, given back unchanged
   * @param hashOid digest of the two hashes: SHA-1 or SHA-256
   * @param issuerNameHash lower-case hexadecimal
   * @param issuerKeyHash lower-case hexadecimal
   * @param serial the certificate's
   */
  public record CertificateId(
      byte[] der, String hashOid, String issuerNameHash, String issuerKeyHash, BigInteger serial) {}
}
