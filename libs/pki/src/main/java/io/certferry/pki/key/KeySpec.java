package io.certferry.pki.key;

import java.util.Locale;
import java.util.Set;

/**
 * Kind and size of a key pair that we generate.
 *
 * @param algorithm RSA or EC (a NIST curve)
 * @param size modulus bits (2048, 3072, 4096) or field bits (256, 384)
 */
public record KeySpec(Algorithm algorithm, int size) {
  /** The kinds of key pair, with the sizes offered. */
  public enum Algorithm {
    RSA(Set.of(2048, 3072, 4096)),
    EC(Set.of(256, 384));

    private final Set<Integer> sizes;

    Algorithm(Set<Integer> sizes) {
      this.sizes = sizes;
    }
  }

  public static final KeySpec RSA_2048 = new KeySpec(Algorithm.RSA, 2048);
  public static final KeySpec RSA_3072 = new KeySpec(Algorithm.RSA, 3072);
  public static final KeySpec EC_256 = new KeySpec(Algorithm.EC, 256);
  public static final KeySpec EC_384 = new KeySpec(Algorithm.EC, 384);

  /**
   * @throws IllegalArgumentException for a size that is not offered
   */
  public KeySpec {
    if (!algorithm.sizes.contains(size)) {
      throw new IllegalArgumentException(
          algorithm
              + " keys have "
              + algorithm.sizes.stream().sorted().toList()
              + " bits, not "
              + size);
    }
  }

  /**
   * Reads {@code RSA-2048}, {@code EC-256} and so on, in any case.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static KeySpec parse(String text) {
    int dash = text.indexOf('-');
    if (dash < 0) {
      throw new IllegalArgumentException("a key is written like RSA-2048 or EC-256");
    }
    String algorithm = text.substring(0, dash).toUpperCase(Locale.ROOT);
    try {
      return new KeySpec(Algorithm.valueOf(algorithm), Integer.parseInt(text.substring(dash + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("a key is written like RSA-2048 or EC-256", e);
    }
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return algorithm + "-" + size;
  }
}
