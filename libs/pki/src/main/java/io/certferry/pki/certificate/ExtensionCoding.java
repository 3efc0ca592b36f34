package io.certferry.pki.certificate;

import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;

/** Our extension records as the ASN.1 structure. */
final class ExtensionCoding {
  private ExtensionCoding() {}

  static Extensions encode(List<CertificateExtension> extensions) {
    return new Extensions(
        extensions.stream()
            .map(
                extension ->
                    new Extension(
                        new ASN1ObjectIdentifier(extension.oid()),
                        extension.critical(),
                        new DEROctetString(extension.value())))
            .toArray(Extension[]::new));
  }
}
