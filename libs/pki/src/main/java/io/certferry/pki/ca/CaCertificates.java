package io.certferry.pki.ca;

import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import io.certferry.pki.Randomness;
import io.certferry.pki.certificate.CertificateExtension;
import io.certferry.pki.certificate.CertificateExtensions;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.Certificates.Validity;
import io.certferry.pki.certificate.KeyUsage;
import io.certferry.pki.certificate.ParsedCertificate;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.PublicKeys;
import io.certferry.pki.key.SigningKey;
import io.certferry.pki.name.DistinguishedName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** The certificates of a two-tier CA and those that it issues (RFC 5280 section 4). */
public final class CaCertificates {
  private static final Set<KeyUsage> AUTHORITY = Set.of(KeyUsage.KEY_CERT_SIGN, KeyUsage.CRL_SIGN);

  private CaCertificates() {}

  /**
   * A root: self-signed, CA:TRUE without path limit.
   *
   * @return Certificate, DER
   */
  public static byte[] selfSignedRoot(
      DistinguishedName subject, GeneratedKey key, Validity validity) {
    List<CertificateExtension> extensions =
        List.of(
            CertificateExtensions.authority(-1),
            CertificateExtensions.keyUsage(AUTHORITY),
            CertificateExtensions.subjectKeyIdentifier(key.spki()));
    return Certificates.sign(
        Randomness.serialNumber(),
        subject.der(),
        subject.der(),
        validity,
        key.spki(),
        extensions,
        SigningKey.of(key));
  }

  /**
   * An issuing CA below a root: CA:TRUE, path length 0, digitalSignature too (it signs OCSP
   * answers).
   *
   * @param spki the issuing CA's public key
   * @param publication where its issuer's CRL and certificate are served; may be empty
   * @return Certificate, DER
   */
  public static byte[] intermediate(
      DistinguishedName subject,
      byte[] spki,
      Validity validity,
      Publication publication,
      SigningKey rootKey,
      byte[] rootCertificate) {
    ParsedCertificate root = authority(rootCertificate, rootKey);
    List<CertificateExtension> extensions = new ArrayList<>();
    extensions.add(CertificateExtensions.authority(0));
    extensions.add(
        CertificateExtensions.keyUsage(
            Set.of(KeyUsage.KEY_CERT_SIGN, KeyUsage.CRL_SIGN, KeyUsage.DIGITAL_SIGNATURE)));
    extensions.add(CertificateExtensions.subjectKeyIdentifier(spki));
    extensions.add(CertificateExtensions.authorityKeyIdentifier(keyIdentifier(root)));
    extensions.addAll(publication.extensions());
    return Certificates.sign(
        Randomness.serialNumber(),
        root.subject().der(),
        subject.der(),
        validity,
        spki,
        extensions,
        rootKey);
  }

  /**
   * An end-entity certificate exactly as planned, never a CA.
   *
   * @param caCertificate DER of the issuer, a CA with the key {@code caKey}
   * @return Certificate, DER
   * @throws PkiException ALGORITHM when the issuer is no CA or has another key, or the subject's
   *     key is outside the policy; MALFORMED when the certificate would outlive its issuer
   */
  public static byte[] issue(IssuePlan plan, SigningKey caKey, byte[] caCertificate) {
    ParsedCertificate ca = authority(caCertificate, caKey);
    PublicKeys.decode(plan.spki());
    if (plan.validity().notAfter().isAfter(ca.notAfter())) {
      throw new PkiException(Reason.MALFORMED, "the certificate would outlive its CA");
    }
    return Certificates.sign(
        plan.serial(),
        ca.subject().der(),
        plan.subject(),
        plan.validity(),
        plan.spki(),
        extensions(plan, ca),
        caKey);
  }

  private static List<CertificateExtension> extensions(IssuePlan plan, ParsedCertificate ca) {
    List<CertificateExtension> extensions = new ArrayList<>();
    extensions.add(CertificateExtensions.endEntity());
    extensions.add(CertificateExtensions.keyUsage(plan.usage()));
    if (!plan.ekus().isEmpty()) {
      extensions.add(CertificateExtensions.extendedKeyUsage(plan.ekus()));
    }
    if (!plan.sans().isEmpty()) {
      boolean noSubject = DistinguishedName.parse(plan.subject()).isEmpty();
      extensions.add(CertificateExtensions.subjectAltName(plan.sans(), noSubject));
    }
    if (plan.sid() != null) {
      extensions.add(CertificateExtensions.sid(plan.sid()));
    }
    if (plan.templateName() != null) {
      extensions.add(CertificateExtensions.templateName(plan.templateName()));
    }
    extensions.add(CertificateExtensions.subjectKeyIdentifier(plan.spki()));
    extensions.add(CertificateExtensions.authorityKeyIdentifier(keyIdentifier(ca)));
    extensions.addAll(plan.publication().extensions());
    return extensions;
  }

  private static ParsedCertificate authority(byte[] certificate, SigningKey key) {
    ParsedCertificate parsed = Certificates.parse(certificate);
    if (!parsed.isCa() || !Arrays.equals(parsed.spki(), key.spki())) {
      throw new PkiException(Reason.ALGORITHM, "the issuer is no CA or has another key");
    }
    return parsed;
  }

  static byte[] keyIdentifier(ParsedCertificate ca) {
    return ca.subjectKeyIdentifier() == null
        ? CertificateExtensions.keyIdentifier(ca.spki())
        : HexFormat.of().parseHex(ca.subjectKeyIdentifier());
  }
}
