package io.certferry.pki.key;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.certferry.pki.AlgorithmPolicy2026;
import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import io.certferry.pki.Randomness;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals a secret for storage with AES-256-GCM under a day key (or a day key under the KEK). Layout:
 * version octet 0x01 ‖ 12-byte random nonce ‖ ciphertext ‖ 16-byte tag. The version octet is
 * authenticated together with the caller's AAD, so nothing can be moved to another row, request or
 * purpose.
 */
public final class KeyWrap {
  /** Length of a wrapping key in bytes. */
  public static final int KEY_BYTES = 32;

  private static final byte VERSION = 1;
  private static final int NONCE_END = 1 + AlgorithmPolicy2026.GCM_NONCE_BYTES;
  private static final int OVERHEAD = NONCE_END + AlgorithmPolicy2026.GCM_TAG_BITS / 8;

  private KeyWrap() {}

  /** A fresh wrapping key. */
  public static SecretBytes newKey() {
    return SecretBytes.owning(Randomness.bytes(KEY_BYTES));
  }

  /**
   * @param key 32 bytes
   * @param secret what to seal; stays open
   * @param aad what it is bound to, see {@link WrappingContext}; the same bytes must come to unwrap
   */
  public static byte[] wrap(byte[] key, SecretBytes secret, byte[] aad) {
    byte[] nonce = Randomness.bytes(AlgorithmPolicy2026.GCM_NONCE_BYTES);
    try {
      byte[] sealed =
          cipher(Cipher.ENCRYPT_MODE, key, nonce, aad)
              .doFinal(secret.expose(SecretAccess.granted()));
      return ByteBuffer.allocate(NONCE_END + sealed.length)
          .put(VERSION)
          .put(nonce)
          .put(sealed)
          .array();
    } catch (GeneralSecurityException e) {
      throw new PkiException(Reason.PROVIDER, "cannot wrap", e);
    }
  }

  /**
   * @throws PkiException MALFORMED when too short or of another version; INTEGRITY when the key,
   *     the AAD or a single bit is not the one of wrapping (the message does not tell which)
   */
  public static SecretBytes unwrap(byte[] key, byte[] wrapped, byte[] aad) {
    if (wrapped.length < OVERHEAD || wrapped[0] != VERSION) {
      throw new PkiException(Reason.MALFORMED, "not a wrapped secret of version " + VERSION);
    }
    byte[] nonce = Arrays.copyOfRange(wrapped, 1, NONCE_END);
    try {
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, nonce, aad);
      return SecretBytes.owning(cipher.doFinal(wrapped, NONCE_END, wrapped.length - NONCE_END));
    } catch (GeneralSecurityException e) {
      throw new PkiException(Reason.INTEGRITY, "the wrapped secret does not open", e);
    }
  }

  private static Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] aad)
      throws GeneralSecurityException {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("a wrapping key has " + KEY_BYTES + " bytes");
    }
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode,
        new SecretKeySpec(key, "AES"),
        new GCMParameterSpec(AlgorithmPolicy2026.GCM_TAG_BITS, nonce));
    cipher.updateAAD("certferry-wrap-1:".getBytes(UTF_8));
    cipher.updateAAD(aad);
    return cipher;
  }
}
