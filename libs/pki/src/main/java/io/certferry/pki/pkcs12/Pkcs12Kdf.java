package io.certferry.pki.pkcs12;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The key derivation of RFC 7292 appendix B.2, over the JDK's own digests: they are compiled to the
 * CPU's SHA instructions, and small inputs make the way into a native provider the greater cost.
 */
final class Pkcs12Kdf {
  /** Diversifiers of appendix B.3. */
  enum Use {
    KEY(1),
    IV(2),
    MAC(3);

    private final int id;

    Use(int id) {
      this.id = id;
    }
  }

  private static final int BLOCK = 64;

  private Pkcs12Kdf() {}

  /**
   * @param digest SHA-1 or SHA-256 (both have blocks of 64 bytes)
   * @param password BMPString with its two zero octets
   * @param length bytes wanted
   */
  static byte[] derive(
      String digest, Use use, byte[] password, byte[] salt, int iterations, int length)
      throws GeneralSecurityException {
    MessageDigest hash = MessageDigest.getInstance(digest);
    byte[] diversifier = new byte[BLOCK];
    Arrays.fill(diversifier, (byte) use.id);
    byte[] input = concatenated(repeated(salt), repeated(password));
    byte[] out = new byte[length];
    try {
      for (int done = 0; done < length; ) {
        byte[] block = block(hash, diversifier, input, iterations);
        int taken = Math.min(block.length, length - done);
        System.arraycopy(block, 0, out, done, taken);
        done += taken;
        add(input, repeated(block));
      }
      return out;
    } finally {
      Arrays.fill(input, (byte) 0);
    }
  }

  private static byte[] block(MessageDigest hash, byte[] diversifier, byte[] input, int iterations)
      throws GeneralSecurityException {
    hash.update(diversifier);
    byte[] block = hash.digest(input);
    for (int i = 1; i < iterations; i++) {
      hash.update(block);
      hash.digest(block, 0, block.length);
    }
    return block;
  }

  /** As many whole blocks as the value needs, filled by repeating it. */
  private static byte[] repeated(byte[] value) {
    byte[] out = new byte[(value.length + BLOCK - 1) / BLOCK * BLOCK];
    for (int i = 0; i < out.length; i++) {
      out[i] = value[i % value.length];
    }
    return out;
  }

  private static byte[] concatenated(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  /** Each block of the input becomes (block + addend + 1) mod 2^512. */
  private static void add(byte[] input, byte[] addend) {
    for (int start = 0; start < input.length; start += BLOCK) {
      int carry = 1;
      for (int i = BLOCK - 1; i >= 0; i--) {
        carry += (input[start + i] & 0xff) + (addend[i] & 0xff);
        input[start + i] = (byte) carry;
        carry >>>= 8;
      }
    }
  }
}
