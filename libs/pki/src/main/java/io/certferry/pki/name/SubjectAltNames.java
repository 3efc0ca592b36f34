package io.certferry.pki.name;

import io.certferry.pki.Der;
import io.certferry.pki.name.SubjectAltName.Type;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.OtherName;

/** The GeneralNames structure of the subjectAltName extension. */
public final class SubjectAltNames {
  private static final ASN1ObjectIdentifier UPN =
      new ASN1ObjectIdentifier("1.3.6.1.4.1.311.20.2.3");

  private SubjectAltNames() {}

  /**
   * @param names at least one
   * @return GeneralNames, DER
   * @throws NameTemplateException for a value that its kind does not take
   */
  public static byte[] encode(List<SubjectAltName> names) {
    GeneralName[] encoded = names.stream().map(SubjectAltNames::encode).toArray(GeneralName[]::new);
    return Der.encode(new GeneralNames(encoded)::getEncoded);
  }

  /** Reads every name, unknown kinds as {@link Type#OTHER}. */
  public static List<SubjectAltName> decode(byte[] der) {
    return Der.read(
        "subjectAltName",
        der,
        bytes ->
            Arrays.stream(GeneralNames.getInstance(bytes).getNames())
                .map(SubjectAltNames::decode)
                .toList());
  }

  private static GeneralName encode(SubjectAltName name) {
    name.refusal()
        .ifPresent(
            why -> {
              throw new NameTemplateException("the " + name.type() + " alternative name " + why);
            });
    String value = name.value();
    return switch (name.type()) {
      case UPN ->
          new GeneralName(GeneralName.otherName, new OtherName(UPN, new DERUTF8String(value)));
      case EMAIL -> new GeneralName(GeneralName.rfc822Name, new DERIA5String(value));
      case DNS -> new GeneralName(GeneralName.dNSName, new DERIA5String(value));
      case URI -> new GeneralName(GeneralName.uniformResourceIdentifier, new DERIA5String(value));
      case IP ->
          new GeneralName(
              GeneralName.iPAddress, new DEROctetString(IpText.octets(value).orElseThrow()));
      case OTHER -> throw new IllegalStateException("refused above");
    };
  }

  private static SubjectAltName decode(GeneralName name) {
    return switch (name.getTagNo()) {
      case GeneralName.rfc822Name -> new SubjectAltName(Type.EMAIL, ia5(name));
      case GeneralName.dNSName -> new SubjectAltName(Type.DNS, ia5(name));
      case GeneralName.uniformResourceIdentifier -> new SubjectAltName(Type.URI, ia5(name));
      case GeneralName.iPAddress -> ip(name);
      case GeneralName.otherName -> otherName(name);
      default -> other(name);
    };
  }

  private static String ia5(GeneralName name) {
    return ASN1IA5String.getInstance(name.getName()).getString();
  }

  private static SubjectAltName ip(GeneralName name) {
    byte[] octets = ASN1OctetString.getInstance(name.getName()).getOctets();
    return octets.length == 4 || octets.length == 16
        ? new SubjectAltName(Type.IP, IpText.text(octets))
        : other(name);
  }

  private static SubjectAltName otherName(GeneralName name) {
    OtherName other = OtherName.getInstance(name.getName());
    return other.getTypeID().equals(UPN) && other.getValue() instanceof ASN1UTF8String upn
        ? new SubjectAltName(Type.UPN, upn.getString())
        : other(name);
  }

  private static SubjectAltName other(GeneralName name) {
    return new SubjectAltName(Type.OTHER, HexFormat.of().formatHex(Der.encode(name::getEncoded)));
  }
}
