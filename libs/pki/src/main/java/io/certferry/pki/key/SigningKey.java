package io.certferry.pki.key;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;

/**
 * A private key ready to sign, decoded once so that a CA can use it for many signatures.
 * Thread-safe. The algorithm follows from the key: RSA gives SHA256withRSA, P-256 SHA256withECDSA,
 * P-384 SHA384withECDSA.
 */
public final class SigningKey {
  private final PrivateKey key;
  private final byte[] spki;
  private final SignatureAlgorithm algorithm;

  private SigningKey(PrivateKey key, byte[] spki, SignatureAlgorithm algorithm) {
    this.key = key;
    this.spki = spki;
    this.algorithm = algorithm;
  }

  /**
   * The caller may close {@code pkcs8} afterwards.
   *
   * @param pkcs8 the private key
   * @param spki its public key; that they belong together is proved by one signature
   * @throws PkiException MALFORMED, ALGORITHM, or INTEGRITY when the two do not belong together
   */
  public static SigningKey of(SecretBytes pkcs8, byte[] spki) {
    SigningKey key = unproven(pkcs8, spki);
    byte[] probe = "io.certferry.pki key pair".getBytes(UTF_8);
    if (!Signatures.verify(spki, key.algorithmIdentifier(), probe, key.sign(probe))) {
      throw new PkiException(Reason.INTEGRITY, "private and public key do not belong together");
    }
    return key;
  }

  /** As {@link #of} for a pair that was generated together. */
  public static SigningKey of(GeneratedKey pair) {
    return unproven(pair.pkcs8(), pair.spki());
  }

  /** Without the proof: for a single signature that is verified later anyway. */
  public static SigningKey unproven(SecretBytes pkcs8, byte[] spki) {
    return new SigningKey(
        PrivateKeys.decode(pkcs8),
        spki.clone(),
        SignatureAlgorithm.forKey(PublicKeys.describe(spki)));
  }

  /** The public key, SubjectPublicKeyInfo DER. */
  public byte[] spki() {
    return spki.clone();
  }

  /** AlgorithmIdentifier, DER, of the signatures that {@link #sign} makes. */
  public byte[] algorithmIdentifier() {
    return algorithm.identifier();
  }

  /**
   * @return the signature octets as X.509, PKCS#10, CRLs and OCSP carry them
   * @throws PkiException PROVIDER
   */
  public byte[] sign(byte[] content) {
    try {
      Signature signature = Signature.getInstance(algorithm.jca());
      signature.initSign(key);
      signature.update(content);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new PkiException(Reason.PROVIDER, "cannot sign with " + algorithm.jca(), e);
    }
  }

  @Override
  public String toString() {
    return "SigningKey[redacted]";
  }
}
