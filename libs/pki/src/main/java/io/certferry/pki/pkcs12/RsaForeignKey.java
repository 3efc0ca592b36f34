package io.certferry.pki.pkcs12;

import java.io.IOException;
import java.math.BigInteger;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** RSA by its public numbers. */
record RsaForeignKey(BigInteger modulus, BigInteger exponent) implements ForeignKey {
  @Override
  public boolean isOf(SubjectPublicKeyInfo info) {
    if (!ForeignKey.isRsa(info.getAlgorithm())) {
      return false;
    }
    try {
      RSAPublicKey key = RSAPublicKey.getInstance(info.parsePublicKey());
      return key.getModulus().equals(modulus) && key.getPublicExponent().equals(exponent);
    } catch (IOException | IllegalArgumentException notAnRsaKey) {
      return false;
    }
  }
}
