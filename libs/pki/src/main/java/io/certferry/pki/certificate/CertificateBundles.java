package io.certferry.pki.certificate;

import io.certferry.pki.Der;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.x509.Certificate;

/** Several certificates in one DER file. */
public final class CertificateBundles {

  private CertificateBundles() {}

  /**
   * A certs-only message (RFC 5652 section 5, RFC 8551 section 3.8), what Windows calls .p7b.
   *
   * @param certificates DER, in any order: the message is a set
   * @return ContentInfo, DER
   */
  public static byte[] certsOnly(List<byte[]> certificates) {
    ASN1EncodableVector set = new ASN1EncodableVector();
    certificates.forEach(der -> set.add(Certificate.getInstance(der)));
    SignedData signed =
        new SignedData(
            new DERSet(),
            new ContentInfo(CMSObjectIdentifiers.data, null),
            new DERSet(set),
            null,
            new DERSet());
    return Der.encode(new ContentInfo(CMSObjectIdentifiers.signedData, signed)::getEncoded);
  }
}
