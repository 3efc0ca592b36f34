package io.certferry.pki;

import io.certferry.pki.PkiException.Reason;

/**
 * Walks the TLV structure of foreign bytes before any library sees them, without recursion and
 * without allocating what a length claims. Refuses indefinite lengths, nesting, size, values that
 * reach over their parent's end, and trailing bytes (X.690; the hazards are those of CVE-2026-13506
 * and CVE-2026-14682).
 *
 * @param maxDepth most nested constructed values, at least 1
 * @param maxBytes most bytes of the whole input, at least 2
 */
public record DerLimits(int maxDepth, int maxBytes) {
  /** Depth 32, 256 KiB: everything but CRLs. */
  public static final DerLimits DEFAULT = new DerLimits(32, 256 * 1024);

  private static final int CONSTRUCTED = 0x20;
  private static final int HIGH_TAG = 0x1f;

  public DerLimits {
    if (maxDepth < 1 || maxBytes < 2) {
      throw new IllegalArgumentException("maxDepth must be >= 1 and maxBytes >= 2");
    }
  }

  /**
   * @throws PkiException LIMIT when too deep or too long, MALFORMED when not exactly one
   *     definite-length value
   */
  public void check(byte[] der) {
    if (der.length > maxBytes) {
      throw new PkiException(
          Reason.LIMIT, "longer than " + maxBytes + " bytes (" + der.length + ")");
    }
    new Walk(der, new int[maxDepth + 1]).run();
  }

  private static final class Walk {
    private final byte[] der;
    private final int[] ends;
    private int open;
    private int position;

    Walk(byte[] der, int[] ends) {
      this.der = der;
      this.ends = ends;
      ends[0] = der.length;
    }

    void run() {
      value();
      while (open > 0) {
        if (position == ends[open]) {
          open--;
        } else {
          value();
        }
      }
      if (position != der.length) {
        throw malformed("bytes after the end");
      }
    }

    private void value() {
      boolean constructed = tag();
      int length = length();
      if (length > ends[open] - position) {
        throw malformed("a length reaches over the end");
      }
      if (constructed) {
        descend(position + length);
      } else {
        position += length;
      }
    }

    private void descend(int end) {
      if (open + 1 >= ends.length) {
        throw new PkiException(Reason.LIMIT, "nested deeper than " + (ends.length - 1));
      }
      ends[++open] = end;
    }

    private boolean tag() {
      int first = next();
      if ((first & HIGH_TAG) == HIGH_TAG) {
        int octets = 0;
        int octet;
        do {
          octet = next();
          if (++octets > 4) {
            throw malformed("a tag number is too long");
          }
        } while ((octet & 0x80) != 0);
      }
      return (first & CONSTRUCTED) != 0;
    }

    private int length() {
      int first = next();
      if (first < 0x80) {
        return first;
      }
      int octets = first & 0x7f;
      if (octets == 0) {
        throw malformed("indefinite length");
      }
      if (octets > 4) {
        throw malformed("a length has more than four octets");
      }
      long length = 0;
      for (int i = 0; i < octets; i++) {
        length = (length << 8) | next();
      }
      if (length > Integer.MAX_VALUE) {
        throw malformed("a length reaches over the end");
      }
      return (int) length;
    }

    private int next() {
      if (position >= ends[open]) {
        throw malformed("truncated");
      }
      return der[position++] & 0xff;
    }

    private static PkiException malformed(String why) {
      return new PkiException(Reason.MALFORMED, "not one DER value: " + why);
    }
  }
}
