package io.certferry.pki.certificate;

import io.certferry.pki.key.PublicKeys;
import java.util.Set;

/** The bits of the keyUsage extension in their order (RFC 5280 section 4.2.1.3). */
public enum KeyUsage {
  DIGITAL_SIGNATURE,
  NON_REPUDIATION,
  KEY_ENCIPHERMENT,
  DATA_ENCIPHERMENT,
  KEY_AGREEMENT,
  KEY_CERT_SIGN,
  CRL_SIGN,
  ENCIPHER_ONLY,
  DECIPHER_ONLY;

  /**
   * What a device or user certificate asks for: digitalSignature, with keyEncipherment for RSA and
   * keyAgreement for EC (RFC 5480 section 3: EC keys cannot encipher).
   *
   * @param spki SubjectPublicKeyInfo, DER
   */
  public static Set<KeyUsage> forKey(byte[] spki) {
    return PublicKeys.describe(spki).algorithm().equals("EC")
        ? Set.of(DIGITAL_SIGNATURE, KEY_AGREEMENT)
        : Set.of(DIGITAL_SIGNATURE, KEY_ENCIPHERMENT);
  }
}
