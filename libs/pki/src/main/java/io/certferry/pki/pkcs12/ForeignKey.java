package io.certferry.pki.pkcs12;

import io.certferry.pki.AlgorithmPolicy2026;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.jspecify.annotations.Nullable;

/**
 * Which certificate belongs to a private key: the public key is computed from the private one,
 * never taken from an attribute of the file. RSA (also with the RSASSA-PSS identifier, RFC 4055)
 * and EC on the NIST curves.
 */
sealed interface ForeignKey permits RsaForeignKey, EcForeignKey {

  /** Whether a certificate's SubjectPublicKeyInfo is this key's. */
  boolean isOf(SubjectPublicKeyInfo info);

  /**
   * @throws RefusedFileException KEY_NOT_ACCEPTED
   */
  static ForeignKey of(PrivateKeyInfo info) {
    AlgorithmIdentifier algorithm = info.getPrivateKeyAlgorithm();
    try {
      if (isRsa(algorithm)) {
        return rsa(RSAPrivateKey.getInstance(info.parsePrivateKey()));
      }
      if (algorithm.getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)) {
        return ec(algorithm, ECPrivateKey.getInstance(info.parsePrivateKey()));
      }
    } catch (IOException | IllegalArgumentException | ArithmeticException e) {
      throw refused("the private key cannot be read");
    }
    throw refused("a private key of algorithm " + algorithm.getAlgorithm() + " is not accepted");
  }

  static boolean isRsa(AlgorithmIdentifier algorithm) {
    return algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)
        || algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_RSASSA_PSS);
  }

  private static ForeignKey rsa(RSAPrivateKey key) {
    policy("RSA", key.getModulus().bitLength());
    if (!key.getPrime1().multiply(key.getPrime2()).equals(key.getModulus())) {
      throw refused("the numbers of the RSA key do not belong together");
    }
    return new RsaForeignKey(key.getModulus(), key.getPublicExponent());
  }

  private static ForeignKey ec(AlgorithmIdentifier algorithm, ECPrivateKey key) {
    ASN1ObjectIdentifier curve = curve(algorithm, key);
    if (curve == null) {
      throw refused("an EC key without a named curve is not accepted");
    }
    policy("EC", bits(curve));
    X9ECParameters domain = CustomNamedCurves.getByOID(curve);
    BigInteger scalar = key.getKey();
    if (scalar.signum() <= 0 || scalar.compareTo(domain.getN()) >= 0) {
      throw refused("the EC key is not a number of its curve");
    }
    ECPoint point = new FixedPointCombMultiplier().multiply(domain.getG(), scalar).normalize();
    return new EcForeignKey(curve, domain, point);
  }

  private static @Nullable ASN1ObjectIdentifier curve(
      AlgorithmIdentifier algorithm, ECPrivateKey key) {
    if (algorithm.getParameters() instanceof ASN1ObjectIdentifier named) {
      return named;
    }
    return key.getParametersObject() instanceof ASN1ObjectIdentifier named ? named : null;
  }

  private static int bits(ASN1ObjectIdentifier curve) {
    if (curve.equals(SECObjectIdentifiers.secp256r1)) {
      return 256;
    }
    if (curve.equals(SECObjectIdentifiers.secp384r1)) {
      return 384;
    }
    return curve.equals(SECObjectIdentifiers.secp521r1) ? 521 : 0;
  }

  private static void policy(String algorithm, int bits) {
    Optional<String> refusal = AlgorithmPolicy2026.refusalOfKey(algorithm, bits);
    if (refusal.isPresent()) {
      throw refused(refusal.get());
    }
  }

  private static RefusedFileException refused(String why) {
    return new RefusedFileException(Pkcs12Refusal.KEY_NOT_ACCEPTED, why);
  }
}
