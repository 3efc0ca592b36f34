package io.certferry.pki.key;

import io.certferry.pki.AlgorithmPolicy2026;
import io.certferry.pki.Der;
import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Map;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** Public keys between SubjectPublicKeyInfo DER and the JCA. */
public final class PublicKeys {
  /**
   * What a public key is, before any policy.
   *
   * @param algorithm {@code RSA}, {@code EC}, or the OID of something else
   * @param bits modulus or field size; 0 when unknown (another algorithm, curve or explicit
   *     parameters)
   */
  public record Description(String algorithm, int bits) {}

  private static final Map<ASN1ObjectIdentifier, Integer> CURVES =
      Map.of(
          SECObjectIdentifiers.secp256r1, 256,
          SECObjectIdentifiers.secp384r1, 384,
          SECObjectIdentifiers.secp521r1, 521);

  private PublicKeys() {}

  /**
   * Describes a key without judging it.
   *
   * @throws PkiException MALFORMED
   */
  public static Description describe(byte[] spki) {
    return Der.read("public key", spki, der -> describe(SubjectPublicKeyInfo.getInstance(der)));
  }

  /**
   * The JCA key, once {@link AlgorithmPolicy2026} accepts it.
   *
   * @throws PkiException ALGORITHM outside the policy, MALFORMED
   */
  public static PublicKey decode(byte[] spki) {
    Description key = describe(spki);
    AlgorithmPolicy2026.refusalOfKey(key.algorithm(), key.bits())
        .ifPresent(
            why -> {
              throw new PkiException(Reason.ALGORITHM, why);
            });
    try {
      return KeyFactory.getInstance(key.algorithm()).generatePublic(new X509EncodedKeySpec(spki));
    } catch (GeneralSecurityException e) {
      throw new PkiException(Reason.MALFORMED, "not a usable public key", e);
    }
  }

  private static Description describe(SubjectPublicKeyInfo info) {
    AlgorithmIdentifier algorithm = info.getAlgorithm();
    if (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)) {
      byte[] key = info.getPublicKeyData().getOctets();
      return new Description("RSA", RSAPublicKey.getInstance(key).getModulus().bitLength());
    }
    if (algorithm.getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)) {
      return new Description("EC", curveBits(algorithm));
    }
    return new Description(algorithm.getAlgorithm().getId(), 0);
  }

  private static int curveBits(AlgorithmIdentifier algorithm) {
    return algorithm.getParameters() instanceof ASN1ObjectIdentifier curve
        ? CURVES.getOrDefault(curve, 0)
        : 0;
  }
}
