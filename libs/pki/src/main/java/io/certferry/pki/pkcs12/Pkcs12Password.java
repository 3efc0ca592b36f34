package io.certferry.pki.pkcs12;

import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import java.util.Arrays;

/** An ASCII password in the two encodings of PKCS#12; overwritten on close. */
final class Pkcs12Password implements AutoCloseable {
  private final byte[] ascii;
  private final byte[] bmp;

  private Pkcs12Password(byte[] ascii, byte[] bmp) {
    this.ascii = ascii;
    this.bmp = bmp;
  }

  /**
   * @throws IllegalArgumentException when empty or not printable ASCII: importers disagree about
   *     those
   */
  static Pkcs12Password of(SecretBytes password) {
    byte[] ascii = password.expose(SecretAccess.granted()).clone();
    byte[] bmp = new byte[2 * ascii.length + 2];
    for (int i = 0; i < ascii.length; i++) {
      bmp[2 * i + 1] = ascii[i];
      if (ascii[i] < 0x20 || ascii[i] == 0x7f) {
        throw new IllegalArgumentException("the password of a PKCS#12 file is printable ASCII");
      }
    }
    if (ascii.length == 0) {
      throw new IllegalArgumentException("the password of a PKCS#12 file is not empty");
    }
    return new Pkcs12Password(ascii, bmp);
  }

  byte[] ascii() {
    return ascii;
  }

  byte[] bmp() {
    return bmp;
  }

  @Override
  public void close() {
    Arrays.fill(ascii, (byte) 0);
    Arrays.fill(bmp, (byte) 0);
  }
}
