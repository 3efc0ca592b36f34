package io.certferry.pki.key;

import io.certferry.pki.Randomness;
import java.util.Arrays;
import java.util.Base64;

/** Passwords of PKCS#12 files. */
public final class Passwords {
  private Passwords() {}

  /**
   * 256 random bits as 43 base64url characters, in ASCII: importers disagree about every other
   * character (UTF-8 for PBKDF2, BMPString for the MAC).
   */
  public static SecretBytes random() {
    byte[] entropy = Randomness.bytes(32);
    try {
      return SecretBytes.owning(Base64.getUrlEncoder().withoutPadding().encode(entropy));
    } finally {
      Arrays.fill(entropy, (byte) 0);
    }
  }
}
