package io.certferry.pki;

import io.certferry.pki.PkiException.Reason;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Fingerprints. */
public final class Digests {
  private Digests() {}

  public static byte[] sha256(byte[] bytes) {
    return digest("SHA-256", bytes);
  }

  /** Lower-case hexadecimal SHA-256, as thumbprints and key ids are written everywhere. */
  public static String sha256Hex(byte[] bytes) {
    return HexFormat.of().formatHex(sha256(bytes));
  }

  /** Only for identifiers that others define as SHA-1 (thumbprints, localKeyId, OCSP). */
  public static byte[] sha1(byte[] bytes) {
    return digest("SHA-1", bytes);
  }

  private static byte[] digest(String algorithm, byte[] bytes) {
    try {
      return MessageDigest.getInstance(algorithm).digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new PkiException(Reason.PROVIDER, algorithm + " is not available", e);
    }
  }
}
