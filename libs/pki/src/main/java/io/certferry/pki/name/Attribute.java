package io.certferry.pki.name;

/**
 * One attribute of a relative distinguished name.
 *
 * @param oid the type, dotted decimal
 * @param value the text, unescaped; two attributes are equal whatever string type encodes them
 */
public record Attribute(String oid, String value) {
  public static Attribute of(AttributeType type, String value) {
    return new Attribute(type.oid(), value);
  }

  /** {@code CN}, {@code OU} and so on, or the OID of a type without a short name. */
  public String typeName() {
    return AttributeType.byOid(oid).map(AttributeType::name).orElse(oid);
  }
}
