package io.certferry.revocation.directory;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/** The binary attributes of Active Directory as people write them. */
final class AttributeForms {

  private static final int GUID_BYTES = 16;
  private static final int SID_HEADER = 8;

  private AttributeForms() {}

  /**
   * A GUID (MS-DTYP 2.3.4.2): its first three fields are little-endian.
   *
   * @throws IllegalArgumentException if it has not 16 octets
   */
  static String guid(byte[] value) {
    if (value.length != GUID_BYTES) {
      throw new IllegalArgumentException("a GUID has 16 octets");
    }
    ByteBuffer little = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    long first = little.getInt() & 0xffffffffL;
    long second = little.getShort() & 0xffffL;
    long third = little.getShort() & 0xffffL;
    long most = (first << 32) | (second << 16) | third;
    long least = ByteBuffer.wrap(value, 8, 8).getLong();
    return new UUID(most, least).toString();
  }

  /**
   * A security identifier (MS-DTYP 2.4.2): {@code S-1-5-21-…}.
   *
   * @throws IllegalArgumentException if it is cut off
   */
  static String sid(byte[] value) {
    if (value.length < SID_HEADER || value.length != SID_HEADER + 4 * (value[1] & 0xff)) {
      throw new IllegalArgumentException("not a SID");
    }
    StringBuilder text = new StringBuilder("S-").append(value[0] & 0xff).append('-');
    byte[] authority = new byte[6];
    System.arraycopy(value, 2, authority, 0, authority.length);
    text.append(new BigInteger(1, authority));
    ByteBuffer parts =
        ByteBuffer.wrap(value, SID_HEADER, value.length - SID_HEADER)
            .order(ByteOrder.LITTLE_ENDIAN);
    while (parts.hasRemaining()) {
      text.append('-').append(parts.getInt() & 0xffffffffL);
    }
    return text.toString();
  }
}
