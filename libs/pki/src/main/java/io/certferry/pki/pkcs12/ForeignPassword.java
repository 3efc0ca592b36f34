package io.certferry.pki.pkcs12;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A password that came as one byte per character (ISO 8859-1), and the encodings in which the
 * writers of PKCS#12 files have put such passwords into their derivations. ASCII has exactly one
 * per derivation; for the rest there are a few, and the MAC says which was meant.
 */
final class ForeignPassword implements AutoCloseable {
  private final List<char[]> spellings = new ArrayList<>();
  private final List<byte[]> handedOut = new ArrayList<>();

  ForeignPassword(SecretBytes password) {
    byte[] bytes = password.expose(SecretAccess.granted());
    char[] latin = characters(ISO_8859_1.decode(ByteBuffer.wrap(bytes)));
    spellings.add(latin);
    if (!isAscii(bytes)) {
      addUtf8Reading(bytes);
      addMangled(latin);
    }
  }

  /** The importer sent UTF-8 after all. */
  private void addUtf8Reading(byte[] bytes) {
    try {
      spellings.add(characters(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes))));
    } catch (CharacterCodingException isNotUtf8) {
      // Then it cannot have been meant.
    }
  }

  /** OpenSSL before 1.1.0 took each byte of the terminal's UTF-8 for a character. */
  private void addMangled(char[] latin) {
    byte[] utf8 = bytes(UTF_8.encode(CharBuffer.wrap(latin)));
    spellings.add(characters(ISO_8859_1.decode(ByteBuffer.wrap(utf8))));
    Arrays.fill(utf8, (byte) 0);
  }

  /** What the password may have been, the likeliest first. */
  List<char[]> spellings() {
    return spellings;
  }

  /**
   * BMPString with its two zero octets (RFC 7292 appendix B.1); for an empty password also nothing
   * at all, which some writers use.
   */
  List<byte[]> bmp(char[] spelling) {
    byte[] bmp = new byte[2 * spelling.length + 2];
    for (int i = 0; i < spelling.length; i++) {
      bmp[2 * i] = (byte) (spelling[i] >> 8);
      bmp[2 * i + 1] = (byte) spelling[i];
    }
    handedOut.add(bmp);
    return spelling.length == 0 ? List.of(bmp, new byte[0]) : List.of(bmp);
  }

  /** UTF-8 as PKCS #5 recommends; one byte per character; NSS before 3.31 used the BMPString. */
  List<byte[]> octets(char[] spelling) {
    byte[] utf8 = bytes(UTF_8.encode(CharBuffer.wrap(spelling)));
    handedOut.add(utf8);
    List<byte[]> all = new ArrayList<>();
    all.add(utf8);
    byte[] latin = latin(spelling);
    if (latin != null && !Arrays.equals(latin, utf8)) {
      handedOut.add(latin);
      all.add(latin);
    }
    all.add(bmp(spelling).get(0));
    return all;
  }

  private static byte @Nullable [] latin(char[] spelling) {
    byte[] latin = new byte[spelling.length];
    for (int i = 0; i < latin.length; i++) {
      if (spelling[i] > 0xff) {
        return null;
      }
      latin[i] = (byte) spelling[i];
    }
    return latin;
  }

  private static boolean isAscii(byte[] bytes) {
    for (byte octet : bytes) {
      if (octet < 0) {
        return false;
      }
    }
    return true;
  }

  private static char[] characters(CharBuffer buffer) {
    char[] characters = new char[buffer.remaining()];
    buffer.get(characters);
    if (buffer.hasArray()) {
      Arrays.fill(buffer.array(), '\0');
    }
    return characters;
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    if (buffer.hasArray()) {
      Arrays.fill(buffer.array(), (byte) 0);
    }
    return bytes;
  }

  @Override
  public void close() {
    spellings.forEach(spelling -> Arrays.fill(spelling, '\0'));
    handedOut.forEach(bytes -> Arrays.fill(bytes, (byte) 0));
  }
}
