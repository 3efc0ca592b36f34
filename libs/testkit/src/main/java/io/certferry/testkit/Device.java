package io.certferry.testkit;

import java.security.KeyPair;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;

/**
 * A device with its key and the certificate that its MDM gave it.
 *
 * @param deviceId as in check-ins
 * @param keys never leave the device but in tests
 * @param certificate to which packages are encrypted
 */
public record Device(String deviceId, KeyPair keys, X509Certificate certificate) {

  /** The certificate's DER. */
  public byte[] certificateDer() {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The certificate's DER in base64, as check-ins carry it. */
  public String certificateBase64() {
    return Base64.getEncoder().encodeToString(certificateDer());
  }

  @Override
  public String toString() {
    return "Device[" + deviceId + "]";
  }
}
