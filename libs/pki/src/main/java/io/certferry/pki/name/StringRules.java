package io.certferry.pki.name;

import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERUTF8String;

/** Which characters a name may carry, and how they are encoded. */
final class StringRules {
  enum Kind {
    UTF8,
    IA5,
    PRINTABLE,
    COUNTRY
  }

  private static final Pattern PRINTABLE = Pattern.compile("[A-Za-z0-9 '()+,./:=?-]*");
  private static final Pattern COUNTRY = Pattern.compile("[A-Za-z]{2}");

  private StringRules() {}

  static Optional<String> refusal(Kind kind, int maxLength, String value) {
    if (value.isEmpty()) {
      return Optional.of("is empty");
    }
    int length = value.codePointCount(0, value.length());
    if (length > maxLength) {
      return Optional.of("has " + length + " characters, at most " + maxLength + " are allowed");
    }
    return forbiddenCharacter(value).or(() -> outside(kind, value));
  }

  /**
   * Controls, lone surrogates, line separators, noncharacters, and the characters that reorder what
   * a reader sees (bidirectional embeddings, overrides and isolates).
   */
  static Optional<String> forbiddenCharacter(String value) {
    return value
        .codePoints()
        .filter(StringRules::isForbidden)
        .mapToObj(c -> String.format("contains the character U+%04X", c))
        .findFirst();
  }

  private static boolean isForbidden(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default ->
          (c >= 0x202a && c <= 0x202e)
              || (c >= 0x2066 && c <= 0x2069)
              || (c >= 0xfdd0 && c <= 0xfdef)
              || (c & 0xfffe) == 0xfffe
              || c == 0xfeff;
    };
  }

  private static Optional<String> outside(Kind kind, String value) {
    boolean inside =
        switch (kind) {
          case UTF8 -> true;
          case IA5 -> value.chars().allMatch(c -> c < 0x80);
          case PRINTABLE -> PRINTABLE.matcher(value).matches();
          case COUNTRY -> COUNTRY.matcher(value).matches();
        };
    return inside ? Optional.empty() : Optional.of(complaint(kind));
  }

  private static String complaint(Kind kind) {
    return switch (kind) {
      case UTF8 -> "is not Unicode text";
      case IA5 -> "has characters outside ASCII";
      case PRINTABLE ->
          "has characters outside PrintableString (A-Z a-z 0-9 ' ( ) + , - . / : = ?)";
      case COUNTRY -> "is not a two-letter country code";
    };
  }

  static ASN1Encodable encode(Kind kind, String value) {
    return switch (kind) {
      case UTF8 -> new DERUTF8String(value);
      case IA5 -> new DERIA5String(value);
      case PRINTABLE, COUNTRY -> new DERPrintableString(value);
    };
  }
}
