package io.certferry.pki.certificate;

import io.certferry.pki.AlgorithmPolicy2026;
import io.certferry.pki.Der;
import io.certferry.pki.DerLimits;
import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import io.certferry.pki.key.PublicKeys;
import io.certferry.pki.key.SecretBytes;
import io.certferry.pki.key.Signatures;
import io.certferry.pki.key.SigningKey;
import io.certferry.pki.name.DistinguishedName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.CertificationRequestInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.jspecify.annotations.Nullable;

/** PKCS #10 certificate requests (RFC 2986). */
public final class CertificateRequests {
  private static final DerLimits LIMITS = new DerLimits(32, 64 * 1024);

  private CertificateRequests() {}

  /**
   * Builds and signs a request. The same plan and key always ask for the same; only an ECDSA
   * signature differs from call to call.
   *
   * @param spki public key, DER
   * @param pkcs8 its private key, PKCS#8 DER; stays open
   * @return CertificationRequest, DER
   * @throws PkiException (also {@code NameTemplateException}) for values that cannot be requested
   */
  public static byte[] create(CsrPlan plan, byte[] spki, SecretBytes pkcs8) {
    SigningKey key = SigningKey.unproven(pkcs8, spki);
    CertificationRequestInfo info =
        new CertificationRequestInfo(
            X500Name.getInstance(plan.subject().der()),
            SubjectPublicKeyInfo.getInstance(spki),
            attributes(plan, spki));
    CertificationRequest request =
        new CertificationRequest(
            info,
            AlgorithmIdentifier.getInstance(key.algorithmIdentifier()),
            new DERBitString(key.sign(Der.encode(info::getEncoded))));
    return Der.encode(request::getEncoded);
  }

  private static ASN1Set attributes(CsrPlan plan, byte[] spki) {
    Extensions extensions = ExtensionCoding.encode(extensions(plan, spki));
    return new DERSet(
        new Attribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, new DERSet(extensions)));
  }

  private static List<CertificateExtension> extensions(CsrPlan plan, byte[] spki) {
    Set<KeyUsage> usage = plan.keyUsage().isEmpty() ? KeyUsage.forKey(spki) : plan.keyUsage();
    List<CertificateExtension> extensions = new ArrayList<>();
    extensions.add(CertificateExtensions.keyUsage(usage));
    if (!plan.ekus().isEmpty()) {
      extensions.add(CertificateExtensions.extendedKeyUsage(plan.ekus()));
    }
    if (!plan.sans().isEmpty()) {
      extensions.add(CertificateExtensions.subjectAltName(plan.sans(), plan.subject().isEmpty()));
    }
    if (plan.sid() != null) {
      extensions.add(CertificateExtensions.sid(plan.sid()));
    }
    return extensions;
  }

  /**
   * Reads a request within 64 KiB and verifies its signature (proof of possession) and its key.
   *
   * @throws PkiException MALFORMED, LIMIT, ALGORITHM (key or signature outside the policy),
   *     INTEGRITY (the signature does not hold)
   */
  public static ParsedCsr parse(byte[] der) {
    return Der.read(
        "certificate request",
        der,
        LIMITS,
        bytes -> parsed(CertificationRequest.getInstance(bytes)));
  }

  private static ParsedCsr parsed(CertificationRequest request) {
    CertificationRequestInfo info = request.getCertificationRequestInfo();
    byte[] spki = Der.encode(info.getSubjectPublicKeyInfo()::getEncoded);
    verify(request, info, spki);
    ExtensionReader extensions = new ExtensionReader(requested(info.getAttributes()));
    return new ParsedCsr(
        DistinguishedName.parse(Der.encode(info.getSubject()::getEncoded)),
        spki,
        extensions.subjectAltNames(),
        extensions.extendedKeyUsages(),
        extensions.keyUsage(),
        extensions.sid(),
        extensions.oids());
  }

  private static void verify(
      CertificationRequest request, CertificationRequestInfo info, byte[] spki) {
    PublicKeys.Description key = PublicKeys.describe(spki);
    AlgorithmPolicy2026.refusalOfKey(key.algorithm(), key.bits())
        .ifPresent(
            why -> {
              throw new PkiException(Reason.ALGORITHM, why);
            });
    boolean held =
        Signatures.verify(
            spki,
            Der.encode(request.getSignatureAlgorithm()::getEncoded),
            Der.encode(info::getEncoded),
            request.getSignature().getOctets());
    if (!held) {
      throw new PkiException(Reason.INTEGRITY, "the request is not signed by its own key");
    }
  }

  private static @Nullable Extensions requested(@Nullable ASN1Set attributes) {
    Extensions found = null;
    for (ASN1Encodable element : attributes == null ? List.<ASN1Encodable>of() : attributes) {
      Attribute attribute = Attribute.getInstance(element);
      if (attribute.getAttrType().equals(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest)) {
        if (found != null || attribute.getAttrValues().size() != 1) {
          throw new PkiException(Reason.MALFORMED, "more than one extension request");
        }
        found = Extensions.getInstance(attribute.getAttrValues().getObjectAt(0));
      }
    }
    return found;
  }
}
