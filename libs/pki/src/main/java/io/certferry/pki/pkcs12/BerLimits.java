package io.certferry.pki.pkcs12;

import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;

/**
 * What {@link io.certferry.pki.DerLimits} is for DER, for the BER that PKCS#12 files may be made of
 * (RFC 7292 section 4; Java before 9, NSS and Microsoft write indefinite lengths): walks the
 * structure without recursion and without allocating what a length claims.
 *
 * @param maxDepth most nested constructed values
 * @param maxBytes most bytes of the whole input
 * @param maxElements most values altogether
 */
record BerLimits(int maxDepth, int maxBytes, int maxElements) {
  private static final int CONSTRUCTED = 0x20;
  private static final int HIGH_TAG = 0x1f;
  private static final int INDEFINITE = -1;

  /**
   * @throws PkiException LIMIT when too deep, too long or too many, MALFORMED when not exactly one
   *     value
   */
  void check(byte[] ber) {
    if (ber.length > maxBytes) {
      throw new PkiException(Reason.LIMIT, "longer than " + maxBytes + " bytes");
    }
    new Walk(ber).run();
  }

  private final class Walk {
    private final byte[] ber;

    /** Ends of the open values, {@link #INDEFINITE} where an end-of-contents ends them. */
    private final int[] ends = new int[maxDepth + 1];

    /** No byte at or after this may belong to the open value. */
    private final int[] bounds = new int[maxDepth + 1];

    private int open;
    private int position;
    private int elements;

    Walk(byte[] ber) {
      this.ber = ber;
      ends[0] = ber.length;
      bounds[0] = ber.length;
    }

    void run() {
      value();
      while (open > 0) {
        if (isAtTheEnd()) {
          open--;
        } else {
          value();
        }
      }
      if (position != ber.length) {
        throw malformed("bytes after the end");
      }
    }

    private boolean isAtTheEnd() {
      if (ends[open] != INDEFINITE) {
        return position == ends[open];
      }
      if (position + 1 < bounds[open] && ber[position] == 0 && ber[position + 1] == 0) {
        position += 2;
        return true;
      }
      return false;
    }

    private void value() {
      if (++elements > maxElements) {
        throw new PkiException(Reason.LIMIT, "more than " + maxElements + " values");
      }
      boolean constructed = tag();
      int length = length(constructed);
      if (length == INDEFINITE) {
        descend(INDEFINITE, bounds[open]);
        return;
      }
      if (length > bounds[open] - position) {
        throw malformed("a length reaches over the end");
      }
      if (constructed) {
        descend(position + length, position + length);
      } else {
        position += length;
      }
    }

    private void descend(int end, int bound) {
      if (open + 1 >= ends.length) {
        throw new PkiException(Reason.LIMIT, "nested deeper than " + maxDepth);
      }
      ends[++open] = end;
      bounds[open] = bound;
    }

    private boolean tag() {
      int first = next();
      if (first == 0) {
        throw malformed("an end of contents without a beginning");
      }
      if ((first & HIGH_TAG) == HIGH_TAG) {
        int octets = 0;
        while ((next() & 0x80) != 0) {
          if (++octets >= 4) {
            throw malformed("a tag number is too long");
          }
        }
      }
      return (first & CONSTRUCTED) != 0;
    }

    private int length(boolean constructed) {
      int first = next();
      if (first < 0x80) {
        return first;
      }
      int octets = first & 0x7f;
      if (octets == 0 && constructed) {
        return INDEFINITE;
      }
      if (octets == 0 || octets > 4) {
        throw malformed("a length is not written as BER");
      }
      long length = 0;
      for (int i = 0; i < octets; i++) {
        length = (length << 8) | next();
      }
      if (length > ber.length) {
        throw malformed("a length reaches over the end");
      }
      return (int) length;
    }

    private int next() {
      if (position >= bounds[open]) {
        throw malformed("truncated");
      }
      return ber[position++] & 0xff;
    }

    private static PkiException malformed(String why) {
      return new PkiException(Reason.MALFORMED, "not one BER value: " + why);
    }
  }
}
