package io.certferry.pki.certificate;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.certferry.pki.Der;
import io.certferry.pki.DerLimits;
import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import io.certferry.pki.key.PublicKeys;
import io.certferry.pki.key.SigningKey;
import io.certferry.pki.name.DistinguishedName;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;

/** X.509 certificates (RFC 5280): reading, PEM, and assembling signed ones. */
public final class Certificates {
  private static final DerLimits LIMITS = new DerLimits(32, 64 * 1024);
  private static final int MAX_PEM = 1024 * 1024;
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\\s]*)-----END CERTIFICATE-----");

  private Certificates() {}

  /**
   * Reads one certificate of at most 64 KiB.
   *
   * @param derOrPem DER, or PEM with exactly one certificate
   * @throws PkiException MALFORMED or LIMIT
   */
  public static ParsedCertificate parse(byte[] derOrPem) {
    byte[] der = derOrPem;
    if (derOrPem.length > 0 && derOrPem[0] != 0x30) {
      List<byte[]> all = fromPem(derOrPem);
      if (all.size() != 1) {
        throw new PkiException(Reason.MALFORMED, "expected one certificate, found " + all.size());
      }
      der = all.get(0);
    }
    byte[] encoded = der.clone();
    return Der.read(
        "certificate", encoded, LIMITS, bytes -> parsed(Certificate.getInstance(bytes), bytes));
  }

  /**
   * The certificates of a PEM file of at most 1 MiB, DER, in their order; text between them is
   * ignored.
   *
   * @throws PkiException LIMIT, or MALFORMED when there is none
   */
  public static List<byte[]> fromPem(byte[] pem) {
    if (pem.length > MAX_PEM) {
      throw new PkiException(Reason.LIMIT, "PEM longer than " + MAX_PEM + " bytes");
    }
    List<byte[]> certificates = new ArrayList<>();
    Matcher matcher = PEM.matcher(new String(pem, US_ASCII));
    while (matcher.find()) {
      certificates.add(base64(matcher.group(1)));
    }
    if (certificates.isEmpty()) {
      throw new PkiException(Reason.MALFORMED, "no PEM certificate found");
    }
    return certificates;
  }

  private static byte[] base64(String text) {
    try {
      return Base64.getMimeDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new PkiException(Reason.MALFORMED, "a PEM certificate is not base64", e);
    }
  }

  /** One certificate as PEM with Unix line ends. */
  public static String toPem(byte[] der) {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END CERTIFICATE-----\n";
  }

  /**
   * Assembles and signs a certificate of version 3 exactly as told; the caller owns every decision.
   *
   * @param issuer the issuer's name, DER as in its certificate
   * @param validity first and last second; fractions are cut off
   * @return Certificate, DER
   */
  public static byte[] sign(
      BigInteger serial,
      byte[] issuer,
      byte[] subject,
      Validity validity,
      byte[] spki,
      List<CertificateExtension> extensions,
      SigningKey issuerKey) {
    AlgorithmIdentifier algorithm =
        AlgorithmIdentifier.getInstance(issuerKey.algorithmIdentifier());
    V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
    generator.setSerialNumber(new ASN1Integer(serial));
    generator.setSignature(algorithm);
    generator.setIssuer(X500Name.getInstance(issuer));
    generator.setSubject(X500Name.getInstance(subject));
    generator.setStartDate(time(validity.notBefore()));
    generator.setEndDate(time(validity.notAfter()));
    generator.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(spki));
    generator.setExtensions(ExtensionCoding.encode(extensions));
    TBSCertificate tbs = generator.generateTBSCertificate();
    byte[] signature = issuerKey.sign(Der.encode(tbs::getEncoded));
    return Der.encode(
        new DERSequence(new ASN1Encodable[] {tbs, algorithm, new DERBitString(signature)})
            ::getEncoded);
  }

  /**
   * First and last second of validity.
   *
   * @param notBefore first second
   * @param notAfter last second, not before the first
   */
  public record Validity(Instant notBefore, Instant notAfter) {
    public Validity {
      if (notAfter.isBefore(notBefore)) {
        throw new IllegalArgumentException("notAfter is before notBefore");
      }
    }
  }

  private static Time time(Instant instant) {
    return new Time(Date.from(instant));
  }

  private static ParsedCertificate parsed(Certificate certificate, byte[] der) {
    TBSCertificate tbs = certificate.getTBSCertificate();
    byte[] spki = Der.encode(tbs.getSubjectPublicKeyInfo()::getEncoded);
    PublicKeys.Description key = PublicKeys.describe(spki);
    ExtensionReader extensions = new ExtensionReader(tbs.getExtensions());
    return new ParsedCertificate(
        tbs.getSerialNumber().getValue(),
        DistinguishedName.parse(Der.encode(tbs.getIssuer()::getEncoded)),
        DistinguishedName.parse(Der.encode(tbs.getSubject()::getEncoded)),
        tbs.getStartDate().getDate().toInstant(),
        tbs.getEndDate().getDate().toInstant(),
        spki,
        key.algorithm(),
        key.bits(),
        certificate.getSignatureAlgorithm().getAlgorithm().getId(),
        extensions.isAuthority(),
        extensions.pathLength(),
        extensions.extendedKeyUsages(),
        extensions.keyUsage(),
        extensions.subjectAltNames(),
        extensions.sid(),
        extensions.policies(),
        extensions.templateName(),
        extensions.subjectKeyIdentifier(),
        extensions.authorityKeyIdentifier(),
        extensions.crlUrls(),
        extensions.oids(),
        extensions.criticalOids(),
        der);
  }
}
