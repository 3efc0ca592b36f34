package io.certferry.pki.name;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The string form of values, RFC 4514 section 2.4. */
final class Rfc4514 {
  static final String SPECIALS = "\"+,;<>\\";

  private Rfc4514() {}

  static String escape(String value) {
    StringBuilder out = new StringBuilder(value.length() + 8);
    for (int i = 0; i < value.length(); ) {
      int c = value.codePointAt(i);
      int next = i + Character.charCount(c);
      append(out, c, i == 0, next == value.length());
      i = next;
    }
    return out.toString();
  }

  private static void append(StringBuilder out, int c, boolean first, boolean last) {
    boolean edge = (c == ' ' && (first || last)) || (c == '#' && first);
    if (edge || SPECIALS.indexOf(c) >= 0) {
      out.append('\\').appendCodePoint(c);
    } else if (c < 0x20 || c == 0x7f || StringRules.forbiddenCharacter(text(c)).isPresent()) {
      for (byte octet : text(c).getBytes(UTF_8)) {
        out.append(String.format("\\%02X", octet));
      }
    } else {
      out.appendCodePoint(c);
    }
  }

  private static String text(int c) {
    return Character.toString(c);
  }
}
