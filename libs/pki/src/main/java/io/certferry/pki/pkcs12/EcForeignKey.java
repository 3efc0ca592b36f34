package io.certferry.pki.pkcs12;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.math.ec.ECPoint;

/** EC by its point. */
record EcForeignKey(ASN1ObjectIdentifier curve, X9ECParameters domain, ECPoint point)
    implements ForeignKey {
  @Override
  public boolean isOf(SubjectPublicKeyInfo info) {
    if (!info.getAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)
        || !curve.equals(info.getAlgorithm().getParameters())) {
      return false;
    }
    try {
      return domain.getCurve().decodePoint(info.getPublicKeyData().getOctets()).equals(point);
    } catch (IllegalArgumentException notAPoint) {
      return false;
    }
  }
}
