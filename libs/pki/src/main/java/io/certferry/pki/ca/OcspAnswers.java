package io.certferry.pki.ca;

import io.certferry.pki.Der;
import io.certferry.pki.DerLimits;
import io.certferry.pki.Digests;
import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ParsedCertificate;
import io.certferry.pki.key.Signatures;
import java.math.BigInteger;
import java.text.ParseException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.BasicOCSPResponse;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.ocsp.CertStatus;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPRequest;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.bouncycastle.asn1.ocsp.OCSPResponseStatus;
import org.bouncycastle.asn1.ocsp.Request;
import org.bouncycastle.asn1.ocsp.ResponseData;
import org.bouncycastle.asn1.ocsp.RevokedInfo;
import org.bouncycastle.asn1.ocsp.SingleResponse;
import org.bouncycastle.asn1.ocsp.TBSRequest;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.jspecify.annotations.Nullable;

/** The asking side of OCSP (RFC 6960): a request by serial, and an answer that is verified. */
public final class OcspAnswers {

  private static final DerLimits LIMITS = new DerLimits(32, 64 * 1024);
  private static final String OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";
  private static final String SHA1 = OIWObjectIdentifiers.idSHA1.getId();
  private static final String SHA256 = NISTObjectIdentifiers.id_sha256.getId();

  private OcspAnswers() {}

  /**
   * Asks for one certificate, named with SHA-1 as every responder knows it.
   *
   * @param nonce 1 to 128 octets, or null for none
   * @return OCSPRequest, DER
   */
  public static byte[] request(
      BigInteger serial, byte[] issuerCertificate, byte @Nullable [] nonce) {
    Issuer issuer = Issuer.of(issuerCertificate);
    CertID id =
        new CertID(
            new AlgorithmIdentifier(OIWObjectIdentifiers.idSHA1, DERNull.INSTANCE),
            new DEROctetString(Digests.sha1(issuer.name())),
            new DEROctetString(Digests.sha1(issuer.key())),
            new ASN1Integer(serial));
    TBSRequest tbs =
        new TBSRequest(null, new DERSequence(new Request(id, null)), nonceExtension(nonce));
    return Der.encode(new OCSPRequest(tbs, null)::getEncoded);
  }

  private static @Nullable Extensions nonceExtension(byte @Nullable [] nonce) {
    if (nonce == null) {
      return null;
    }
    byte[] value = Der.encode(new DEROctetString(nonce)::getEncoded);
    return new Extensions(
        new Extension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce, false, new DEROctetString(value)));
  }

  /**
   * Reads an answer of at most 64 KiB and verifies it: signed by the CA itself, or by a responder
   * that the CA certified for that (RFC 6960 section 4.2.2.2).
   *
   * @param at when a responder's certificate must be valid
   * @return empty when the responder has no answer (try later, unauthorized and the like) or none
   *     for this certificate
   * @throws PkiException MALFORMED, LIMIT, or INTEGRITY when nobody who may has signed it
   */
  public static Optional<OcspAnswer> verified(
      byte[] der, BigInteger serial, byte[] issuerCertificate, Instant at) {
    return Der.read(
        "OCSP answer",
        der,
        LIMITS,
        bytes -> verified(OCSPResponse.getInstance(bytes), serial, issuerCertificate, at));
  }

  private static Optional<OcspAnswer> verified(
      OCSPResponse response, BigInteger serial, byte[] issuerCertificate, Instant at) {
    int status = response.getResponseStatus().getIntValue();
    if (status != OCSPResponseStatus.SUCCESSFUL || response.getResponseBytes() == null) {
      return Optional.empty();
    }
    if (!OCSPObjectIdentifiers.id_pkix_ocsp_basic.equals(
        response.getResponseBytes().getResponseType())) {
      throw new PkiException(Reason.MALFORMED, "not a basic OCSP answer");
    }
    BasicOCSPResponse basic =
        BasicOCSPResponse.getInstance(response.getResponseBytes().getResponse().getOctets());
    if (!isSigned(basic, issuerCertificate, at)) {
      throw new PkiException(Reason.INTEGRITY, "the OCSP answer is not signed for this CA");
    }
    return find(basic.getTbsResponseData(), serial, Issuer.of(issuerCertificate));
  }

  private static boolean isSigned(BasicOCSPResponse basic, byte[] issuerCertificate, Instant at) {
    ParsedCertificate issuer = Certificates.parse(issuerCertificate);
    if (isSignedBy(basic, issuer)) {
      return true;
    }
    ASN1Sequence responders = basic.getCerts();
    if (responders == null) {
      return false;
    }
    for (ASN1Encodable responder : responders) {
      if (isResponder(Certificate.getInstance(responder), issuer, at)
          && isSignedBy(basic, parsed(responder))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isSignedBy(BasicOCSPResponse basic, ParsedCertificate signer) {
    return Signatures.verify(
        signer.spki(),
        Der.encode(basic.getSignatureAlgorithm()::getEncoded),
        Der.encode(basic.getTbsResponseData()::getEncoded),
        basic.getSignature().getOctets());
  }

  private static boolean isResponder(
      Certificate certificate, ParsedCertificate issuer, Instant at) {
    ParsedCertificate parsed = parsed(certificate);
    return parsed.issuer().equals(issuer.subject())
        && parsed.ekus().contains(OCSP_SIGNING)
        && !at.isBefore(parsed.notBefore())
        && !at.isAfter(parsed.notAfter())
        && Signatures.verify(
            issuer.spki(),
            Der.encode(certificate.getSignatureAlgorithm()::getEncoded),
            Der.encode(certificate.getTBSCertificate()::getEncoded),
            certificate.getSignature().getOctets());
  }

  private static ParsedCertificate parsed(ASN1Encodable certificate) {
    return Certificates.parse(Der.encode(certificate.toASN1Primitive()::getEncoded));
  }

  private static Optional<OcspAnswer> find(ResponseData data, BigInteger serial, Issuer issuer) {
    for (ASN1Encodable element : data.getResponses()) {
      SingleResponse single = SingleResponse.getInstance(element);
      if (issuer.isNamedBy(single.getCertID())
          && single.getCertID().getSerialNumber().getValue().equals(serial)) {
        return Optional.of(answer(single, nonce(data.getResponseExtensions())));
      }
    }
    return Optional.empty();
  }

  private static OcspAnswer answer(SingleResponse single, byte @Nullable [] nonce) {
    ASN1GeneralizedTime next = single.getNextUpdate();
    return new OcspAnswer(
        status(single.getCertStatus()),
        instant(single.getThisUpdate()),
        next == null ? null : instant(next),
        nonce);
  }

  private static OcspStatus status(CertStatus status) {
    return switch (status.getTagNo()) {
      case 0 -> new OcspStatus.Good();
      case 1 -> revoked(RevokedInfo.getInstance(status.getStatus()));
      default -> new OcspStatus.Unknown();
    };
  }

  private static OcspStatus revoked(RevokedInfo info) {
    RevocationReason reason =
        info.getRevocationReason() == null
            ? RevocationReason.UNSPECIFIED
            : RevocationReason.ofCode(info.getRevocationReason().getValue().intValueExact());
    return new OcspStatus.Revoked(instant(info.getRevocationTime()), reason);
  }

  private static byte @Nullable [] nonce(@Nullable Extensions extensions) {
    ASN1Encodable value =
        extensions == null
            ? null
            : extensions.getExtensionParsedValue(OCSPObjectIdentifiers.id_pkix_ocsp_nonce);
    return value == null ? null : ASN1OctetString.getInstance(value).getOctets();
  }

  private static Instant instant(ASN1GeneralizedTime time) {
    try {
      return time.getDate().toInstant();
    } catch (ParseException e) {
      throw new PkiException(Reason.MALFORMED, "not a time", e);
    }
  }

  /** The octets that a CertID hashes: the issuer's name, and its key's bits. */
  private record Issuer(byte[] name, byte[] key) {

    static Issuer of(byte[] certificate) {
      Certificate parsed = Certificate.getInstance(certificate);
      return new Issuer(
          Der.encode(parsed.getSubject()::getEncoded),
          parsed.getSubjectPublicKeyInfo().getPublicKeyData().getOctets());
    }

    boolean isNamedBy(CertID id) {
      String digest = id.getHashAlgorithm().getAlgorithm().getId();
      return (digest.equals(SHA1) || digest.equals(SHA256))
          && Arrays.equals(id.getIssuerNameHash().getOctets(), hash(digest, name))
          && Arrays.equals(id.getIssuerKeyHash().getOctets(), hash(digest, key));
    }

    private static byte[] hash(String digest, byte[] content) {
      return digest.equals(SHA1) ? Digests.sha1(content) : Digests.sha256(content);
    }
  }
}
