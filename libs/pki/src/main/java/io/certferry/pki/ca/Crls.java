package io.certferry.pki.ca;

import io.certferry.pki.Der;
import io.certferry.pki.DerLimits;
import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.Certificates.Validity;
import io.certferry.pki.certificate.ParsedCertificate;
import io.certferry.pki.key.Signatures;
import io.certferry.pki.key.SigningKey;
import io.certferry.pki.name.DistinguishedName;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Enumerated;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.CertificateList;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.TBSCertList;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V2TBSCertListGenerator;
import org.jspecify.annotations.Nullable;

/** Certificate revocation lists (RFC 5280 section 5), complete ones only. */
public final class Crls {
  /** CRLs grow with the estate: up to 64 MiB, about a million entries. */
  private static final DerLimits LIMITS = new DerLimits(32, 64 * 1024 * 1024);

  private static final Set<ASN1ObjectIdentifier> UNDERSTOOD = Set.of(Extension.cRLNumber);

  private Crls() {}

  /**
   * Builds and signs a complete CRL.
   *
   * @param number greater than that of every CRL before, not negative
   * @param window thisUpdate and nextUpdate
   * @param revoked one entry each
   * @param caKey the key of {@code caCertificate}
   * @return CertificateList, DER
   */
  public static byte[] build(
      BigInteger number,
      Validity window,
      Collection<RevokedCertificate> revoked,
      SigningKey caKey,
      byte[] caCertificate) {
    ParsedCertificate ca = Certificates.parse(caCertificate);
    AlgorithmIdentifier algorithm = AlgorithmIdentifier.getInstance(caKey.algorithmIdentifier());
    V2TBSCertListGenerator generator = new V2TBSCertListGenerator();
    generator.setSignature(algorithm);
    generator.setIssuer(X500Name.getInstance(ca.subject().der()));
    generator.setThisUpdate(time(window.notBefore()));
    generator.setNextUpdate(time(window.notAfter()));
    revoked.forEach(entry -> add(generator, entry));
    generator.setExtensions(
        new Extensions(
            new Extension[] {
              extension(
                  Extension.authorityKeyIdentifier,
                  new AuthorityKeyIdentifier(CaCertificates.keyIdentifier(ca))),
              extension(Extension.cRLNumber, new ASN1Integer(number))
            }));
    TBSCertList tbs = generator.generateTBSCertList();
    byte[] signature = caKey.sign(Der.encode(tbs::getEncoded));
    DERSequence crl =
        new DERSequence(new ASN1Encodable[] {tbs, algorithm, new DERBitString(signature)});
    return Der.encode(crl::getEncoded);
  }

  private static void add(V2TBSCertListGenerator generator, RevokedCertificate entry) {
    ASN1Integer serial = new ASN1Integer(entry.serial());
    Time at = time(entry.revokedAt());
    if (entry.reason() == RevocationReason.UNSPECIFIED) {
      generator.addCRLEntry(serial, at, (Extensions) null);
    } else {
      ASN1Enumerated code = new ASN1Enumerated(entry.reason().code());
      generator.addCRLEntry(serial, at, new Extensions(extension(Extension.reasonCode, code)));
    }
  }

  private static Extension extension(ASN1ObjectIdentifier oid, ASN1Encodable value) {
    byte[] der = Der.encode(value.toASN1Primitive()::getEncoded);
    return new Extension(oid, false, new DEROctetString(der));
  }

  private static Time time(Instant instant) {
    return new Time(Date.from(instant));
  }

  /**
   * Reads a complete CRL of at most 64 MiB and verifies it against its CA's certificate. Whether it
   * is stale is the caller's to judge.
   *
   * @throws PkiException MALFORMED, LIMIT; ALGORITHM for an unknown critical extension (delta,
   *     indirect or partitioned CRLs); INTEGRITY when this CA did not sign it
   */
  public static ParsedCrl parse(byte[] der, byte[] caCertificate) {
    ParsedCertificate ca = Certificates.parse(caCertificate);
    return Der.read("CRL", der, LIMITS, bytes -> parsed(CertificateList.getInstance(bytes), ca));
  }

  private static ParsedCrl parsed(CertificateList crl, ParsedCertificate ca) {
    TBSCertList tbs = crl.getTBSCertList();
    DistinguishedName issuer = DistinguishedName.parse(Der.encode(tbs.getIssuer()::getEncoded));
    boolean signed =
        issuer.equals(ca.subject())
            && Signatures.verify(
                ca.spki(),
                Der.encode(crl.getSignatureAlgorithm()::getEncoded),
                Der.encode(tbs::getEncoded),
                crl.getSignature().getOctets());
    if (!signed) {
      throw new PkiException(Reason.INTEGRITY, "the CRL is not signed by this CA");
    }
    checkCritical(tbs.getExtensions());
    return new ParsedCrl(
        issuer,
        number(tbs.getExtensions()),
        tbs.getThisUpdate().getDate().toInstant(),
        tbs.getNextUpdate() == null ? null : tbs.getNextUpdate().getDate().toInstant(),
        entries(tbs));
  }

  private static void checkCritical(@Nullable Extensions extensions) {
    if (extensions == null) {
      return;
    }
    for (ASN1ObjectIdentifier oid : extensions.getCriticalExtensionOIDs()) {
      if (!UNDERSTOOD.contains(oid)) {
        throw new PkiException(Reason.ALGORITHM, "CRL extension " + oid + " is not accepted");
      }
    }
  }

  private static @Nullable BigInteger number(@Nullable Extensions extensions) {
    ASN1Encodable number =
        extensions == null ? null : extensions.getExtensionParsedValue(Extension.cRLNumber);
    return number == null ? null : ASN1Integer.getInstance(number).getPositiveValue();
  }

  private static Map<BigInteger, RevokedCertificate> entries(TBSCertList tbs) {
    Map<BigInteger, RevokedCertificate> revoked = new HashMap<>();
    Enumeration<?> entries = tbs.getRevokedCertificateEnumeration();
    while (entries.hasMoreElements()) {
      TBSCertList.CRLEntry entry = (TBSCertList.CRLEntry) entries.nextElement();
      BigInteger serial = entry.getUserCertificate().getValue();
      Instant at = entry.getRevocationDate().getDate().toInstant();
      revoked.put(serial, new RevokedCertificate(serial, at, reason(entry.getExtensions())));
    }
    return revoked;
  }

  private static RevocationReason reason(@Nullable Extensions extensions) {
    ASN1Encodable code =
        extensions == null ? null : extensions.getExtensionParsedValue(Extension.reasonCode);
    return code == null
        ? RevocationReason.UNSPECIFIED
        : RevocationReason.ofCode(ASN1Enumerated.getInstance(code).intValueExact());
  }
}
