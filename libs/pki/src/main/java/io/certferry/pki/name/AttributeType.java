package io.certferry.pki.name;

import io.certferry.pki.name.StringRules.Kind;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The attribute types that a subject may be built of, with their encoding and greatest length in
 * characters (Unicode code points). Lengths are the upper bounds of X.520 and RFC 5280 appendix
 * A.1; where those are beyond use (given name and surname: 32,768) Active Directory's 64 stands, a
 * domain component is a DNS label (63), a postal code X.520's 40.
 */
public enum AttributeType {
  CN("2.5.4.3", Kind.UTF8, 64),
  E("1.2.840.113549.1.9.1", Kind.IA5, 255),
  O("2.5.4.10", Kind.UTF8, 64),
  OU("2.5.4.11", Kind.UTF8, 64),
  L("2.5.4.7", Kind.UTF8, 128),
  ST("2.5.4.8", Kind.UTF8, 128),
  C("2.5.4.6", Kind.COUNTRY, 2),
  SERIALNUMBER("2.5.4.5", Kind.PRINTABLE, 64),
  DC("0.9.2342.19200300.100.1.25", Kind.IA5, 63),
  UID("0.9.2342.19200300.100.1.1", Kind.UTF8, 256),
  T("2.5.4.12", Kind.UTF8, 64),
  G("2.5.4.42", Kind.UTF8, 64),
  SN("2.5.4.4", Kind.UTF8, 64),
  STREET("2.5.4.9", Kind.UTF8, 128),
  POSTALCODE("2.5.4.17", Kind.UTF8, 40);

  private static final Map<String, AttributeType> BY_OID =
      Arrays.stream(values()).collect(Collectors.toMap(AttributeType::oid, Function.identity()));

  private static final Map<String, AttributeType> ALIASES =
      Map.of("EMAILADDRESS", E, "S", ST, "TITLE", T, "GIVENNAME", G, "SURNAME", SN);

  private final String oid;
  private final Kind kind;
  private final int maxLength;

  AttributeType(String oid, Kind kind, int maxLength) {
    this.oid = oid;
    this.kind = kind;
    this.maxLength = maxLength;
  }

  /** Dotted decimal. */
  public String oid() {
    return oid;
  }

  /** In characters. */
  public int maxLength() {
    return maxLength;
  }

  Kind kind() {
    return kind;
  }

  /**
   * By short name in any case ({@code CN}, {@code postalCode}), alias ({@code emailAddress}) or
   * OID.
   */
  public static Optional<AttributeType> byName(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(type -> type.name().equals(upper))
        .findFirst()
        .or(() -> Optional.ofNullable(ALIASES.get(upper)))
        .or(() -> byOid(name));
  }

  static Optional<AttributeType> byOid(String oid) {
    return Optional.ofNullable(BY_OID.get(oid));
  }

  /** Why a value cannot stand here, as the end of a sentence; empty when it can. */
  public Optional<String> refusalOf(String value) {
    return StringRules.refusal(kind, maxLength, value);
  }
}
