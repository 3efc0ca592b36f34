package io.certferry.pki.certificate;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import io.certferry.pki.name.SubjectAltName;
import io.certferry.pki.name.SubjectAltNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.bouncycastle.asn1.ASN1BMPString;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.OtherName;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.jspecify.annotations.Nullable;

/** Reads the extensions of requests and certificates; every extension stands at most once. */
final class ExtensionReader {
  private final @Nullable Extensions extensions;

  ExtensionReader(@Nullable Extensions extensions) {
    this.extensions = extensions;
  }

  List<SubjectAltName> subjectAltNames() {
    return value(Extension.subjectAlternativeName)
        .map(octets -> SubjectAltNames.decode(octets))
        .orElse(List.of());
  }

  List<String> extendedKeyUsages() {
    return parsed(Extension.extendedKeyUsage, ExtendedKeyUsage::getInstance)
        .map(usage -> Arrays.stream(usage.getUsages()).map(KeyPurposeId::getId).toList())
        .orElse(List.of());
  }

  Set<KeyUsage> keyUsage() {
    return parsed(Extension.keyUsage, ASN1BitString::getInstance)
        .map(ExtensionReader::bits)
        .orElse(Set.of());
  }

  private static Set<KeyUsage> bits(ASN1BitString value) {
    byte[] octets = value.getBytes();
    Set<KeyUsage> bits = EnumSet.noneOf(KeyUsage.class);
    for (KeyUsage usage : KeyUsage.values()) {
      int octet = usage.ordinal() / 8;
      if (octet < octets.length && (octets[octet] & (0x80 >> (usage.ordinal() % 8))) != 0) {
        bits.add(usage);
      }
    }
    return bits;
  }

  boolean isAuthority() {
    return parsed(Extension.basicConstraints, BasicConstraints::getInstance)
        .map(BasicConstraints::isCA)
        .orElse(false);
  }

  OptionalInt pathLength() {
    return parsed(Extension.basicConstraints, BasicConstraints::getInstance)
        .filter(constraints -> constraints.getPathLenConstraintInteger() != null)
        .map(
            constraints ->
                OptionalInt.of(constraints.getPathLenConstraintInteger().intValueExact()))
        .orElse(OptionalInt.empty());
  }

  @Nullable String subjectKeyIdentifier() {
    return parsed(Extension.subjectKeyIdentifier, SubjectKeyIdentifier::getInstance)
        .map(identifier -> HexFormat.of().formatHex(identifier.getKeyIdentifier()))
        .orElse(null);
  }

  @Nullable String authorityKeyIdentifier() {
    return parsed(Extension.authorityKeyIdentifier, AuthorityKeyIdentifier::getInstance)
        .filter(identifier -> identifier.getKeyIdentifierOctets() != null)
        .map(identifier -> HexFormat.of().formatHex(identifier.getKeyIdentifierOctets()))
        .orElse(null);
  }

  @Nullable String templateName() {
    return value(new ASN1ObjectIdentifier(CertificateExtensions.TEMPLATE_NAME_EXTENSION))
        .map(octets -> ASN1BMPString.getInstance(primitive(octets)).getString())
        .orElse(null);
  }

  /** The SID text; several, or another form of name, are malformed. */
  @Nullable String sid() {
    return parsed(
            new ASN1ObjectIdentifier(CertificateExtensions.SID_EXTENSION),
            GeneralNames::getInstance)
        .map(ExtensionReader::sid)
        .orElse(null);
  }

  private static String sid(GeneralNames names) {
    GeneralName[] all = names.getNames();
    if (all.length == 1 && all[0].getTagNo() == GeneralName.otherName) {
      OtherName other = OtherName.getInstance(all[0].getName());
      if (other.getTypeID().equals(CertificateExtensions.SID_OTHER_NAME)) {
        return new String(ASN1OctetString.getInstance(other.getValue()).getOctets(), US_ASCII);
      }
    }
    throw new PkiException(Reason.MALFORMED, "the SID extension has another form");
  }

  List<String> policies() {
    return parsed(Extension.certificatePolicies, CertificatePolicies::getInstance)
        .map(
            policies ->
                Arrays.stream(policies.getPolicyInformation())
                    .map(PolicyInformation::getPolicyIdentifier)
                    .map(ASN1ObjectIdentifier::getId)
                    .toList())
        .orElse(List.of());
  }

  List<String> crlUrls() {
    return parsed(Extension.cRLDistributionPoints, CRLDistPoint::getInstance)
        .map(
            points ->
                Arrays.stream(points.getDistributionPoints())
                    .map(point -> point.getDistributionPoint())
                    .flatMap(name -> urls(name).stream())
                    .toList())
        .orElse(List.of());
  }

  private static List<String> urls(@Nullable DistributionPointName point) {
    List<String> urls = new ArrayList<>();
    if (point != null && point.getType() == DistributionPointName.FULL_NAME) {
      for (GeneralName name : GeneralNames.getInstance(point.getName()).getNames()) {
        if (name.getTagNo() == GeneralName.uniformResourceIdentifier) {
          urls.add(name.getName().toString());
        }
      }
    }
    return urls;
  }

  List<String> oids() {
    return extensions == null ? List.of() : ids(extensions.getExtensionOIDs());
  }

  List<String> criticalOids() {
    return extensions == null ? List.of() : ids(extensions.getCriticalExtensionOIDs());
  }

  private static List<String> ids(ASN1ObjectIdentifier[] oids) {
    return Arrays.stream(oids).map(ASN1ObjectIdentifier::getId).toList();
  }

  private <T> Optional<T> parsed(ASN1ObjectIdentifier oid, Function<Object, T> parser) {
    return value(oid).map(octets -> parser.apply(primitive(octets)));
  }

  private Optional<byte[]> value(ASN1ObjectIdentifier oid) {
    return Optional.ofNullable(extensions)
        .map(present -> present.getExtension(oid))
        .map(extension -> extension.getExtnValue().getOctets());
  }

  private static ASN1Encodable primitive(byte[] octets) {
    try {
      return ASN1Primitive.fromByteArray(octets);
    } catch (IOException e) {
      throw new PkiException(Reason.MALFORMED, "an extension is not DER", e);
    }
  }
}
