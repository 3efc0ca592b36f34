package io.certferry.pki.pkcs12;

import java.math.BigInteger;

/**
 * Counts the iterations that a file's derivations ask for, before each is run: the counts are
 * chosen by whoever made the file (CVE-2026-13586 and its twins). GnuTLS and NSS write 600,000 for
 * the MAC, the key and the certificates, so that much has to be let through; it is half a second of
 * one core.
 */
final class WorkBudget {
  static final int EACH = 600_000;
  static final int TOTAL = 4 * EACH;

  private int left = TOTAL;

  /** Charges one derivation and gives its count back. */
  int charge(BigInteger iterations) {
    if (iterations.signum() <= 0 || iterations.bitLength() > 31 || iterations.intValue() > EACH) {
      throw new RefusedFileException(
          Pkcs12Refusal.TOO_MUCH_WORK,
          "a key derivation asks for "
              + (iterations.bitLength() > 63 ? "over 2^63" : iterations)
              + " iterations; 1 to "
              + EACH
              + " are accepted");
    }
    left -= iterations.intValue();
    if (left < 0) {
      throw new RefusedFileException(
          Pkcs12Refusal.TOO_MUCH_WORK,
          "the key derivations together ask for more than " + TOTAL + " iterations");
    }
    return iterations.intValue();
  }
}
