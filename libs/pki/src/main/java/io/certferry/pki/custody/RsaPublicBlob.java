package io.certferry.pki.custody;

import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import io.certferry.pki.key.PublicKeys;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.interfaces.RSAPublicKey;

/**
 * The public half of an import key in Windows' form, which Microsoft's importer reads from a file.
 */
public final class RsaPublicBlob {
  /** "RSA1", little-endian. */
  private static final int MAGIC = 0x31415352;

  private static final int HEADER = 6 * Integer.BYTES;

  private RsaPublicBlob() {}

  /**
   * BCRYPT_RSAPUBLIC_BLOB: six little-endian words (magic, bits, length of exponent, length of
   * modulus, 0, 0), then exponent and modulus, big-endian.
   *
   * @param spki RSA SubjectPublicKeyInfo, DER
   * @throws PkiException ALGORITHM for another key
   */
  public static byte[] encode(byte[] spki) {
    if (!(PublicKeys.decode(spki) instanceof RSAPublicKey key)) {
      throw new PkiException(Reason.ALGORITHM, "an import key is an RSA key");
    }
    byte[] exponent = unsigned(key.getPublicExponent());
    byte[] modulus = unsigned(key.getModulus());
    return ByteBuffer.allocate(HEADER + exponent.length + modulus.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(MAGIC)
        .putInt(key.getModulus().bitLength())
        .putInt(exponent.length)
        .putInt(modulus.length)
        .putInt(0)
        .putInt(0)
        .put(exponent)
        .put(modulus)
        .array();
  }

  private static byte[] unsigned(BigInteger number) {
    byte[] bytes = new byte[(number.bitLength() + 7) / 8];
    byte[] signed = number.toByteArray();
    System.arraycopy(signed, signed.length - bytes.length, bytes, 0, bytes.length);
    return bytes;
  }
}
