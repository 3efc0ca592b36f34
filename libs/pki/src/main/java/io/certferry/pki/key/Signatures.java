package io.certferry.pki.key;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Optional;

/** Verification of signatures over DER structures. */
public final class Signatures {
  private Signatures() {}

  /**
   * @param spki the signer's SubjectPublicKeyInfo, DER; must be inside the policy
   * @param algorithm AlgorithmIdentifier, DER; anything outside the policy makes the answer false
   * @param content the signed octets
   * @param signature the signature octets
   */
  public static boolean verify(byte[] spki, byte[] algorithm, byte[] content, byte[] signature) {
    Optional<SignatureAlgorithm> accepted = SignatureAlgorithm.of(algorithm);
    return accepted.isPresent()
        && verify(PublicKeys.decode(spki), accepted.get().jca(), content, signature);
  }

  private static boolean verify(PublicKey key, String jca, byte[] content, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance(jca);
      verifier.initVerify(key);
      verifier.update(content);
      return verifier.verify(signature);
    } catch (GeneralSecurityException wrongKeyOrEncoding) {
      return false;
    }
  }
}
