package io.certferry.pki;

import java.math.BigInteger;
import java.security.SecureRandom;

/** Random bytes from the platform's CSPRNG; nothing here can be seeded. */
public final class Randomness {
  private static final class Holder {
    static final SecureRandom RANDOM = new SecureRandom();
  }

  private Randomness() {}

  /** {@code count} fresh random bytes. */
  public static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    Holder.RANDOM.nextBytes(bytes);
    return bytes;
  }

  /**
   * A positive serial number with 126 bits of randomness in exactly 16 octets (RFC 5280 section
   * 4.1.2.2 allows 20; at least 64 random bits are the industry's floor).
   */
  public static BigInteger serialNumber() {
    return new BigInteger(1, bytes(16)).clearBit(127).setBit(126);
  }
}
