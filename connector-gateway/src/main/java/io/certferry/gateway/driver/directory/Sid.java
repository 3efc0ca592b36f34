package io.certferry.gateway.driver.directory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Security identifiers as LDAP carries them (MS-DTYP 2.4.2.2). */
final class Sid {

  private static final int HEADER = 8;

  private Sid() {}

  /**
   * Text form, {@code S-1-5-21-…}.
   *
   * @throws IllegalArgumentException if it is none
   */
  static String text(byte[] sid) {
    if (sid.length < HEADER || sid[0] != 1 || sid.length != HEADER + Integer.BYTES * sid[1]) {
      throw new IllegalArgumentException("not a SID");
    }
    long authority = ByteBuffer.wrap(sid).getLong() & 0xFFFF_FFFF_FFFFL;
    StringBuilder text = new StringBuilder("S-1-").append(authority);
    ByteBuffer parts = ByteBuffer.wrap(sid, HEADER, sid.length - HEADER);
    parts.order(ByteOrder.LITTLE_ENDIAN);
    while (parts.hasRemaining()) {
      text.append('-').append(Integer.toUnsignedLong(parts.getInt()));
    }
    return text.toString();
  }
}
