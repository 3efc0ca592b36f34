package io.certferry.pki;

import java.util.Optional;
import java.util.Set;

/**
 * Which algorithms Certferry uses and accepts, as decided in 2026 (NIST SP 800-57 part 1 rev. 5, SP
 * 800-131A rev. 2). A later decision is a new class next to this one, never an edit.
 *
 * <p>Emitted: RSA 2048, 3072, 4096 and EC P-256, P-384 keys; SHA-256 or better signatures;
 * AES-256-GCM under RSA-OAEP-SHA-256 or ECDH with the X9.63 KDF and AES-256 key wrap. Exceptions,
 * each for a reader that knows nothing else: 3DES and SHA-1 in {@code Pkcs12Profile.LEGACY},
 * AES-256-CBC under PKCS #1 v1.5 in {@code CmsEnvelopes.sealEnvelopedData}. Nothing here decrypts
 * PKCS #1 v1.5.
 */
public final class AlgorithmPolicy2026 {
  /** Smallest RSA modulus accepted anywhere, in bits. */
  public static final int MIN_RSA_BITS = 2048;

  /** Largest RSA modulus accepted anywhere, in bits: verification cost grows with its square. */
  public static final int MAX_RSA_BITS = 8192;

  /** Field sizes of the accepted NIST curves (P-256, P-384, P-521), in bits. */
  public static final Set<Integer> EC_BITS = Set.of(256, 384, 521);

  /** Most iterations one derivation of a foreign file may ask for. */
  public static final int MAX_KDF_ITERATIONS = 300_000;

  /** Most iterations that all derivations of a foreign file may ask for together. */
  public static final int MAX_KDF_ITERATIONS_TOTAL = 600_000;

  /** Iterations of every derivation in files that we write: their password has 256 random bits. */
  public static final int PKCS12_ITERATIONS = 2_048;

  /** Length of a GCM tag in bits; shorter ones are refused. */
  public static final int GCM_TAG_BITS = 128;

  /** Length of a GCM nonce in bytes. */
  public static final int GCM_NONCE_BYTES = 12;

  private AlgorithmPolicy2026() {}

  /**
   * Why a public key is refused, or empty when it is accepted.
   *
   * @param algorithm {@code RSA} or {@code EC}; anything else is refused
   * @param bits modulus or field size
   */
  public static Optional<String> refusalOfKey(String algorithm, int bits) {
    return switch (algorithm) {
      case "RSA" -> refusal(bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS, algorithm, bits);
      case "EC" -> refusal(EC_BITS.contains(bits), algorithm, bits);
      default -> Optional.of("key algorithm " + algorithm + " is not accepted");
    };
  }

  private static Optional<String> refusal(boolean accepted, String algorithm, int bits) {
    return accepted
        ? Optional.empty()
        : Optional.of(algorithm + " key of " + bits + " bits is not accepted");
  }
}
