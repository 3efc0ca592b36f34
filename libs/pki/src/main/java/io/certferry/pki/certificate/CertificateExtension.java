package io.certferry.pki.certificate;

/**
 * One X.509 extension.
 *
 * @param oid dotted decimal
 * @param critical whether a reader that does not know it must refuse
 * @param value DER inside the extnValue OCTET STRING
 */
public record CertificateExtension(String oid, boolean critical, byte[] value) {
  public CertificateExtension {
    value = value.clone();
  }

  @Override
  public byte[] value() {
    return value.clone();
  }
}
