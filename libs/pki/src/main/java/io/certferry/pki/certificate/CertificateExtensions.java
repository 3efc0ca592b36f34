package io.certferry.pki.certificate;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.certferry.pki.Der;
import io.certferry.pki.Digests;
import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import io.certferry.pki.name.SubjectAltName;
import io.certferry.pki.name.SubjectAltNames;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.OtherName;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** Builds the extensions that requests and certificates carry. */
public final class CertificateExtensions {
  /** Microsoft's SID security extension (KB5014754), {@value}. */
  public static final String SID_EXTENSION = "1.3.6.1.4.1.311.25.2";

  /** Microsoft's certificate template name of version 1 templates, {@value}. */
  public static final String TEMPLATE_NAME_EXTENSION = "1.3.6.1.4.1.311.20.2";

  static final ASN1ObjectIdentifier SID_OTHER_NAME =
      new ASN1ObjectIdentifier("1.3.6.1.4.1.311.25.2.1");

  private static final Pattern SID = Pattern.compile("S-1-\\d{1,15}(-\\d{1,10}){1,15}");

  private CertificateExtensions() {}

  /**
   * @param critical true where the subject is empty (RFC 5280 section 4.2.1.6)
   */
  public static CertificateExtension subjectAltName(List<SubjectAltName> names, boolean critical) {
    return new CertificateExtension(
        Extension.subjectAlternativeName.getId(), critical, SubjectAltNames.encode(names));
  }

  /** Critical; trailing zero bits left out as DER demands. */
  public static CertificateExtension keyUsage(Set<KeyUsage> bits) {
    int last = bits.stream().mapToInt(Enum::ordinal).max().orElse(0);
    byte[] octets = new byte[last / 8 + 1];
    bits.forEach(bit -> octets[bit.ordinal() / 8] |= (byte) (0x80 >> (bit.ordinal() % 8)));
    return extension(Extension.keyUsage, true, new DERBitString(octets, 7 - last % 8));
  }

  /**
   * @param oids dotted decimal, at least one
   * @throws PkiException MALFORMED for what is not an OID
   */
  public static CertificateExtension extendedKeyUsage(Collection<String> oids) {
    KeyPurposeId[] purposes =
        oids.stream()
            .map(oid -> KeyPurposeId.getInstance(objectIdentifier(oid)))
            .toArray(KeyPurposeId[]::new);
    return extension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
  }

  /**
   * @param sid text form, such as {@code S-1-5-21-1-2-3-1104}
   * @throws PkiException MALFORMED for what is not a SID
   */
  public static CertificateExtension sid(String sid) {
    if (!SID.matcher(sid).matches()) {
      throw new PkiException(Reason.MALFORMED, "not a SID such as S-1-5-21-1-2-3-1104");
    }
    OtherName name = new OtherName(SID_OTHER_NAME, new DEROctetString(sid.getBytes(US_ASCII)));
    return extension(
        new ASN1ObjectIdentifier(SID_EXTENSION),
        false,
        new GeneralNames(new GeneralName(GeneralName.otherName, name)));
  }

  public static CertificateExtension templateName(String name) {
    return extension(
        new ASN1ObjectIdentifier(TEMPLATE_NAME_EXTENSION), false, new DERBMPString(name));
  }

  /** Critical CA:FALSE. */
  public static CertificateExtension endEntity() {
    return extension(Extension.basicConstraints, true, new BasicConstraints(false));
  }

  /**
   * Critical CA:TRUE.
   *
   * @param pathLength how many CA certificates may follow; negative for any number
   */
  public static CertificateExtension authority(int pathLength) {
    BasicConstraints constraints =
        pathLength < 0 ? new BasicConstraints(true) : new BasicConstraints(pathLength);
    return extension(Extension.basicConstraints, true, constraints);
  }

  public static CertificateExtension subjectKeyIdentifier(byte[] spki) {
    return extension(
        Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyIdentifier(spki)));
  }

  public static CertificateExtension authorityKeyIdentifier(byte[] keyIdentifier) {
    return extension(
        Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(keyIdentifier));
  }

  /** One distribution point per URL. */
  public static CertificateExtension crlDistributionPoints(List<String> urls) {
    DistributionPoint[] points =
        urls.stream()
            .map(url -> new DistributionPointName(new GeneralNames(uri(url))))
            .map(name -> new DistributionPoint(name, null, null))
            .toArray(DistributionPoint[]::new);
    return extension(Extension.cRLDistributionPoints, false, new CRLDistPoint(points));
  }

  /**
   * @param ocspUrls where OCSP answers
   * @param caIssuersUrls where the issuing CA's certificate lies; not both lists empty
   */
  public static CertificateExtension authorityInformationAccess(
      List<String> ocspUrls, List<String> caIssuersUrls) {
    List<AccessDescription> ocsp =
        ocspUrls.stream()
            .map(url -> new AccessDescription(AccessDescription.id_ad_ocsp, uri(url)))
            .toList();
    List<AccessDescription> issuers =
        caIssuersUrls.stream()
            .map(url -> new AccessDescription(AccessDescription.id_ad_caIssuers, uri(url)))
            .toList();
    AccessDescription[] all =
        Stream.concat(ocsp.stream(), issuers.stream()).toArray(AccessDescription[]::new);
    return extension(Extension.authorityInfoAccess, false, new AuthorityInformationAccess(all));
  }

  /** The key identifier of RFC 7093 method 1: the first 160 bits of the key's SHA-256. */
  public static byte[] keyIdentifier(byte[] spki) {
    byte[] bits = SubjectPublicKeyInfo.getInstance(spki).getPublicKeyData().getOctets();
    return Arrays.copyOf(Digests.sha256(bits), 20);
  }

  private static GeneralName uri(String url) {
    return new GeneralName(GeneralName.uniformResourceIdentifier, url);
  }

  private static ASN1ObjectIdentifier objectIdentifier(String oid) {
    ASN1ObjectIdentifier parsed = ASN1ObjectIdentifier.tryFromID(oid);
    if (parsed == null) {
      throw new PkiException(Reason.MALFORMED, "not an object identifier");
    }
    return parsed;
  }

  private static CertificateExtension extension(
      ASN1ObjectIdentifier oid, boolean critical, ASN1Encodable value) {
    return new CertificateExtension(
        oid.getId(), critical, Der.encode(value.toASN1Primitive()::getEncoded));
  }
}
