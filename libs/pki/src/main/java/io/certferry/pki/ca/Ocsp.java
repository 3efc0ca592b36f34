package io.certferry.pki.ca;

import io.certferry.pki.Der;
import io.certferry.pki.DerLimits;
import io.certferry.pki.Digests;
import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import io.certferry.pki.ca.OcspRequest.CertificateId;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.Certificates.Validity;
import io.certferry.pki.certificate.ParsedCertificate;
import io.certferry.pki.key.SigningKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERGeneralizedTime;
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
import org.bouncycastle.asn1.ocsp.ResponderID;
import org.bouncycastle.asn1.ocsp.ResponseBytes;
import org.bouncycastle.asn1.ocsp.ResponseData;
import org.bouncycastle.asn1.ocsp.RevokedInfo;
import org.bouncycastle.asn1.ocsp.SingleResponse;
import org.bouncycastle.asn1.ocsp.TBSRequest;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.jspecify.annotations.Nullable;

/** OCSP answers of a CA that signs them itself (RFC 6960). */
public final class Ocsp {
  /** OCSPResponseStatus of an answer without content. */
  public enum Failure {
    MALFORMED_REQUEST(1),
    INTERNAL_ERROR(2),
    TRY_LATER(3),
    UNAUTHORIZED(6);

    private final int code;

    Failure(int code) {
      this.code = code;
    }
  }

  private static final DerLimits LIMITS = new DerLimits(16, 16 * 1024);
  private static final int MAX_CERTIFICATES = 16;
  private static final int MAX_NONCE = 128;

  private Ocsp() {}

  /**
   * Reads a request of at most 16 KiB; a signature on it is ignored.
   *
   * @throws PkiException MALFORMED, LIMIT, or ALGORITHM for a digest other than SHA-1 and SHA-256;
   *     answer with {@link Failure#MALFORMED_REQUEST}
   */
  public static OcspRequest parseRequest(byte[] der) {
    return Der.read("OCSP request", der, LIMITS, bytes -> parsed(OCSPRequest.getInstance(bytes)));
  }

  private static OcspRequest parsed(OCSPRequest request) {
    TBSRequest tbs = request.getTbsRequest();
    ASN1Sequence list = tbs.getRequestList();
    if (list.size() < 1 || list.size() > MAX_CERTIFICATES) {
      throw new PkiException(
          Reason.LIMIT, "a request asks for 1 to " + MAX_CERTIFICATES + " certificates");
    }
    List<CertificateId> ids = new ArrayList<>();
    list.forEach(element -> ids.add(id(Request.getInstance(element).getReqCert())));
    return new OcspRequest(ids, nonce(tbs.getRequestExtensions()));
  }

  private static CertificateId id(CertID id) {
    hash(id.getHashAlgorithm().getAlgorithm().getId(), new byte[0]);
    return new CertificateId(
        Der.encode(id::getEncoded),
        id.getHashAlgorithm().getAlgorithm().getId(),
        HexFormat.of().formatHex(id.getIssuerNameHash().getOctets()),
        HexFormat.of().formatHex(id.getIssuerKeyHash().getOctets()),
        id.getSerialNumber().getValue());
  }

  private static byte @Nullable [] nonce(@Nullable Extensions extensions) {
    ASN1Encodable value =
        extensions == null
            ? null
            : extensions.getExtensionParsedValue(OCSPObjectIdentifiers.id_pkix_ocsp_nonce);
    if (value == null) {
      return null;
    }
    byte[] nonce = ASN1OctetString.getInstance(value).getOctets();
    if (nonce.length < 1 || nonce.length > MAX_NONCE) {
      throw new PkiException(Reason.LIMIT, "a nonce has 1 to " + MAX_NONCE + " octets");
    }
    return nonce;
  }

  /**
   * Builds a request for one certificate, named with SHA-1 as every responder knows it.
   *
   * @param nonce 1 to 128 octets, or null for none
   */
  public static byte[] buildRequest(
      byte[] certificate, byte[] issuerCertificate, byte @Nullable [] nonce) {
    Issuer issuer = Issuer.of(issuerCertificate);
    String sha1 = OIWObjectIdentifiers.idSHA1.getId();
    CertID id =
        new CertID(
            new AlgorithmIdentifier(OIWObjectIdentifiers.idSHA1, DERNull.INSTANCE),
            new DEROctetString(hash(sha1, issuer.name())),
            new DEROctetString(hash(sha1, issuer.key())),
            new ASN1Integer(Certificates.parse(certificate).serial()));
    TBSRequest tbs =
        new TBSRequest(null, new DERSequence(new Request(id, null)), extensions(nonce));
    return Der.encode(new OCSPRequest(tbs, null)::getEncoded);
  }

  /** Whether a certificate id names a certificate of this issuer. */
  public static boolean isIssuedBy(CertificateId id, byte[] issuerCertificate) {
    Issuer issuer = Issuer.of(issuerCertificate);
    HexFormat hex = HexFormat.of();
    return hex.formatHex(hash(id.hashOid(), issuer.name())).equals(id.issuerNameHash())
        && hex.formatHex(hash(id.hashOid(), issuer.key())).equals(id.issuerKeyHash());
  }

  /**
   * Builds and signs an answer.
   *
   * @param statuses one for each certificate asked for
   * @param nonce the request's, or null
   * @param window thisUpdate (also producedAt) and nextUpdate
   * @param key of the CA itself, so that no responder certificate is needed
   * @param caCertificate DER
   * @return OCSPResponse, DER
   */
  public static byte[] buildResponse(
      Map<CertificateId, OcspStatus> statuses,
      byte @Nullable [] nonce,
      Validity window,
      SigningKey key,
      byte[] caCertificate) {
    ParsedCertificate ca = Certificates.parse(caCertificate);
    ASN1Encodable[] answers =
        statuses.entrySet().stream()
            .map(entry -> single(entry.getKey(), entry.getValue(), window))
            .toArray(ASN1Encodable[]::new);
    ResponseData data =
        new ResponseData(
            new ResponderID(X500Name.getInstance(ca.subject().der())),
            time(window.notBefore()),
            new DERSequence(answers),
            extensions(nonce));
    BasicOCSPResponse basic =
        new BasicOCSPResponse(
            data,
            AlgorithmIdentifier.getInstance(key.algorithmIdentifier()),
            new DERBitString(key.sign(Der.encode(data::getEncoded))),
            null);
    ResponseBytes bytes =
        new ResponseBytes(
            OCSPObjectIdentifiers.id_pkix_ocsp_basic,
            new DEROctetString(Der.encode(basic::getEncoded)));
    return response(OCSPResponseStatus.SUCCESSFUL, bytes);
  }

  /** An answer that only says why there is none; not signed (RFC 6960 section 2.3). */
  public static byte[] buildFailure(Failure failure) {
    return response(failure.code, null);
  }

  private static byte[] response(int status, @Nullable ResponseBytes bytes) {
    return Der.encode(new OCSPResponse(new OCSPResponseStatus(status), bytes)::getEncoded);
  }

  private static SingleResponse single(CertificateId id, OcspStatus status, Validity window) {
    return new SingleResponse(
        CertID.getInstance(id.der()),
        certStatus(status),
        time(window.notBefore()),
        time(window.notAfter()),
        (Extensions) null);
  }

  private static CertStatus certStatus(OcspStatus status) {
    if (status instanceof OcspStatus.Revoked revoked) {
      CRLReason reason = CRLReason.lookup(revoked.reason().code());
      return new CertStatus(new RevokedInfo(time(revoked.at()), reason));
    }
    return status instanceof OcspStatus.Good
        ? new CertStatus()
        : new CertStatus(2, DERNull.INSTANCE);
  }

  private static @Nullable Extensions extensions(byte @Nullable [] nonce) {
    if (nonce == null) {
      return null;
    }
    byte[] value = Der.encode(new DEROctetString(nonce)::getEncoded);
    return new Extensions(
        new Extension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce, false, new DEROctetString(value)));
  }

  private static ASN1GeneralizedTime time(Instant instant) {
    return new DERGeneralizedTime(Date.from(instant.truncatedTo(ChronoUnit.SECONDS)));
  }

  private static byte[] hash(String oid, byte[] content) {
    if (oid.equals(OIWObjectIdentifiers.idSHA1.getId())) {
      return Digests.sha1(content);
    }
    if (oid.equals(NISTObjectIdentifiers.id_sha256.getId())) {
      return Digests.sha256(content);
    }
    throw new PkiException(Reason.ALGORITHM, "digest " + oid + " is not accepted");
  }

  /** The octets that a CertID hashes: the issuer's name, and its key's bits. */
  private record Issuer(byte[] name, byte[] key) {
    static Issuer of(byte[] certificate) {
      Certificate parsed = Certificate.getInstance(certificate);
      SubjectPublicKeyInfo info = parsed.getSubjectPublicKeyInfo();
      return new Issuer(
          Der.encode(parsed.getSubject()::getEncoded), info.getPublicKeyData().getOctets());
    }
  }
}
