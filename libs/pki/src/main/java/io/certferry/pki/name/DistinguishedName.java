package io.certferry.pki.name;

import static java.util.stream.Collectors.joining;

import io.certferry.pki.Der;
import io.certferry.pki.DerLimits;
import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;

/**
 * An X.501 name: RDNs from the most general to the most specific, each one or more attributes.
 * Immutable. Equal means: the same RDNs in the same order with the same types and texts, whatever
 * string types encode them (a CA may turn UTF8String into PrintableString); case and spaces count.
 */
public final class DistinguishedName {
  /** Most RDNs of a name. */
  public static final int MAX_RDNS = 32;

  private static final DerLimits LIMITS = new DerLimits(8, 16 * 1024);

  private final List<List<Attribute>> rdns;
  private final byte[] der;

  private DistinguishedName(List<List<Attribute>> rdns, byte[] der) {
    this.rdns = rdns;
    this.der = der;
  }

  /**
   * Builds and encodes a name.
   *
   * @param rdns in DER order, the most general first; may be empty
   * @throws NameTemplateException for a type outside {@link AttributeType}, a type twice in one
   *     RDN, an empty RDN, or a value that its type does not take
   */
  public static DistinguishedName of(List<List<Attribute>> rdns) {
    if (rdns.size() > MAX_RDNS) {
      throw new NameTemplateException("a name has at most " + MAX_RDNS + " RDNs");
    }
    ASN1Encodable[] sets =
        rdns.stream().map(DistinguishedName::encode).toArray(ASN1Encodable[]::new);
    return parse(Der.encode(new DERSequence(sets)::getEncoded));
  }

  /** A name of one common name. */
  public static DistinguishedName ofCommonName(String value) {
    return of(List.of(List.of(Attribute.of(AttributeType.CN, value))));
  }

  /**
   * Reads any name whose values are text; {@link #der()} gives the same bytes back.
   *
   * @throws PkiException MALFORMED or LIMIT
   */
  public static DistinguishedName parse(byte[] der) {
    return Der.read("distinguished name", der, LIMITS, DistinguishedName::decode);
  }

  /** In DER order, the most general first. */
  public List<List<Attribute>> rdns() {
    return rdns;
  }

  public byte[] der() {
    return der.clone();
  }

  public boolean isEmpty() {
    return rdns.isEmpty();
  }

  /** Values of a type, in order. */
  public List<String> values(AttributeType type) {
    return rdns.stream()
        .flatMap(List::stream)
        .filter(attribute -> attribute.oid().equals(type.oid()))
        .map(Attribute::value)
        .toList();
  }

  /** The most specific common name. */
  public Optional<String> commonName() {
    return values(AttributeType.CN).stream().reduce((first, second) -> second);
  }

  /** RFC 4514: the most specific RDN first, specials escaped; for people and logs. */
  public String toRfc4514() {
    return IntStream.rangeClosed(1, rdns.size())
        .mapToObj(i -> rdns.get(rdns.size() - i))
        .map(rdn -> rdn.stream().map(DistinguishedName::text).collect(joining("+")))
        .collect(joining(","));
  }

  private static String text(Attribute attribute) {
    return attribute.typeName() + "=" + Rfc4514.escape(attribute.value());
  }

  private static ASN1Encodable encode(List<Attribute> rdn) {
    long types = rdn.stream().map(Attribute::oid).distinct().count();
    if (rdn.isEmpty() || types != rdn.size()) {
      throw new NameTemplateException("an RDN has one or more attributes, each of another type");
    }
    return new DERSet(rdn.stream().map(DistinguishedName::encode).toArray(ASN1Encodable[]::new));
  }

  private static ASN1Encodable encode(Attribute attribute) {
    AttributeType type =
        AttributeType.byOid(attribute.oid())
            .orElseThrow(
                () ->
                    new NameTemplateException("attribute type " + attribute.oid() + " is unknown"));
    type.refusalOf(attribute.value())
        .ifPresent(
            why -> {
              throw new NameTemplateException("the value of " + type + " " + why);
            });
    return new AttributeTypeAndValue(
        new ASN1ObjectIdentifier(type.oid()), StringRules.encode(type.kind(), attribute.value()));
  }

  private static DistinguishedName decode(byte[] der) {
    RDN[] rdns = X500Name.getInstance(der).getRDNs();
    if (rdns.length > MAX_RDNS) {
      throw new PkiException(Reason.LIMIT, "a name has at most " + MAX_RDNS + " RDNs");
    }
    return new DistinguishedName(
        Arrays.stream(rdns).map(DistinguishedName::decode).toList(), der.clone());
  }

  private static List<Attribute> decode(RDN rdn) {
    return Arrays.stream(rdn.getTypesAndValues()).map(DistinguishedName::decode).toList();
  }

  private static Attribute decode(AttributeTypeAndValue attribute) {
    if (attribute.getValue() instanceof ASN1String text) {
      return new Attribute(attribute.getType().getId(), text.getString());
    }
    throw new PkiException(Reason.MALFORMED, "a name has a value that is not text");
  }

  private List<Set<Attribute>> canonical() {
    return rdns.stream().map(Set::copyOf).collect(Collectors.toUnmodifiableList());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DistinguishedName name && canonical().equals(name.canonical());
  }

  @Override
  public int hashCode() {
    return canonical().hashCode();
  }

  @Override
  public String toString() {
    return toRfc4514();
  }
}
