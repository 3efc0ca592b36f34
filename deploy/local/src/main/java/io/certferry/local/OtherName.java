package io.certferry.local;

import java.nio.charset.StandardCharsets;

/** The text at the end of an otherName such as a UPN: [0]{OID, [0]{UTF8String}}, short lengths. */
final class OtherName {

  private static final int UTF8_STRING = 0x0c;
  private static final int SHORT_LENGTH = 0x80;

  private OtherName() {}

  static String value(byte[] der) {
    for (int i = 0; i + 1 < der.length; i++) {
      int length = der[i + 1];
      if (der[i] == UTF8_STRING && length < SHORT_LENGTH && i + 2 + length == der.length) {
        return new String(der, i + 2, length, StandardCharsets.UTF_8);
      }
    }
    return "(not a text)";
  }
}
