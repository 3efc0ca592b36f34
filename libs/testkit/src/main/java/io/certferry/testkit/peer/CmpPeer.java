package io.certferry.testkit.peer;

import io.certferry.pki.Randomness;
import io.certferry.testkit.ca.Answer;
import io.certferry.testkit.ca.LyingCa;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cmp.CMPCertificate;
import org.bouncycastle.asn1.cmp.CertOrEncCert;
import org.bouncycastle.asn1.cmp.CertRepMessage;
import org.bouncycastle.asn1.cmp.CertResponse;
import org.bouncycastle.asn1.cmp.CertifiedKeyPair;
import org.bouncycastle.asn1.cmp.ErrorMsgContent;
import org.bouncycastle.asn1.cmp.PBMParameter;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIFailureInfo;
import org.bouncycastle.asn1.cmp.PKIFreeText;
import org.bouncycastle.asn1.cmp.PKIHeader;
import org.bouncycastle.asn1.cmp.PKIStatus;
import org.bouncycastle.asn1.cmp.PKIStatusInfo;
import org.bouncycastle.asn1.cmp.PollRepContent;
import org.bouncycastle.asn1.cmp.RevDetails;
import org.bouncycastle.asn1.cmp.RevRepContent;
import org.bouncycastle.asn1.cmp.RevReqContent;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.cert.cmp.CMPException;
import org.bouncycastle.cert.cmp.GeneralPKIMessage;
import org.bouncycastle.cert.cmp.ProtectedPKIMessage;
import org.bouncycastle.cert.cmp.ProtectedPKIMessageBuilder;
import org.bouncycastle.cert.crmf.CRMFException;
import org.bouncycastle.cert.crmf.PKMACBuilder;
import org.bouncycastle.cert.crmf.jcajce.JcePKMACValuesCalculator;

/** A CMP server with a shared secret: p10cr, pollReq, certConf and rr. */
public final class CmpPeer implements Function<PeerRequest, PeerReply> {

  public static final String REFERENCE = "connector";

  private static final int MOST_ITERATIONS = 100_000;

  private final Enrolments enrolments;
  private final char[] secret;
  private final Map<String, byte[]> requests = new ConcurrentHashMap<>();

  public CmpPeer(LyingCa ca, String secret, long validitySeconds) {
    this.enrolments = new Enrolments(ca, validitySeconds);
    this.secret = secret.toCharArray();
  }

  @Override
  public PeerReply apply(PeerRequest request) {
    try {
      ProtectedPKIMessage message = new ProtectedPKIMessage(new GeneralPKIMessage(request.body()));
      boolean known =
          message.hasPasswordBasedMacProtection()
              && message.verify(
                  new PKMACBuilder(new JcePKMACValuesCalculator(), MOST_ITERATIONS), secret);
      PKIBody answer =
          known
              ? answer(message)
              : error(PKIFailureInfo.badMessageCheck, "the protection does not verify");
      return answer == null ? PeerReply.silence() : reply(message.getHeader(), answer);
    } catch (IOException | CMPException | CRMFException | RuntimeException e) {
      return PeerReply.text(400, "bad message");
    }
  }

  private @org.jspecify.annotations.Nullable PKIBody answer(ProtectedPKIMessage message)
      throws IOException {
    String transaction =
        HexFormat.of().formatHex(message.getHeader().getTransactionID().getOctets());
    return switch (message.getBody().getType()) {
      case PKIBody.TYPE_P10_CERT_REQ -> {
        byte[] csr =
            CertificationRequest.getInstance(message.getBody().getContent()).getEncoded("DER");
        requests.put(transaction, csr);
        yield responded(enrolments.submit(csr), true);
      }
      case PKIBody.TYPE_POLL_REQ -> {
        byte[] csr = requests.get(transaction);
        yield csr == null
            ? error(PKIFailureInfo.badRequest, "no such transaction")
            : responded(enrolments.submit(csr), false);
      }
      case PKIBody.TYPE_CERT_CONFIRM -> new PKIBody(PKIBody.TYPE_CONFIRM, DERNull.INSTANCE);
      case PKIBody.TYPE_REVOCATION_REQ ->
          revoked(RevReqContent.getInstance(message.getBody().getContent()).toRevDetailsArray()[0]);
      default -> error(PKIFailureInfo.badRequest, "not offered");
    };
  }

  private @org.jspecify.annotations.Nullable PKIBody responded(Answer answer, boolean first) {
    if (answer instanceof Answer.Issued issued) {
      Certificate certificate = Certificate.getInstance(issued.certificate().toArray());
      return response(
          new PKIStatusInfo(PKIStatus.granted),
          new CertifiedKeyPair(new CertOrEncCert(new CMPCertificate(certificate))));
    }
    if (answer instanceof Answer.Pending) {
      return first
          ? response(new PKIStatusInfo(PKIStatus.waiting), null)
          : new PKIBody(
              PKIBody.TYPE_POLL_REP, new PollRepContent(new ASN1Integer(-1), new ASN1Integer(120)));
    }
    return answer instanceof Answer.Denied denied
        ? response(
            new PKIStatusInfo(
                PKIStatus.rejection,
                new PKIFreeText(denied.reason()),
                new PKIFailureInfo(PKIFailureInfo.badCertTemplate)),
            null)
        : null;
  }

  private static PKIBody response(
      PKIStatusInfo status, @org.jspecify.annotations.Nullable CertifiedKeyPair pair) {
    return new PKIBody(
        PKIBody.TYPE_CERT_REP,
        new CertRepMessage(
            null, new CertResponse[] {new CertResponse(new ASN1Integer(-1), status, pair, null)}));
  }

  private PKIBody revoked(RevDetails details) {
    BigInteger serial = details.getCertDetails().getSerialNumber().getValue();
    String hex = serial.toString(16);
    boolean done = enrolments.ca().revoke(hex.length() % 2 == 0 ? hex : "0" + hex);
    PKIStatusInfo status =
        done
            ? new PKIStatusInfo(PKIStatus.granted)
            : new PKIStatusInfo(
                PKIStatus.rejection,
                new PKIFreeText("no such certificate"),
                new PKIFailureInfo(PKIFailureInfo.badCertId));
    ASN1EncodableVector content = new ASN1EncodableVector();
    content.add(new DERSequence(status));
    return new PKIBody(
        PKIBody.TYPE_REVOCATION_REP, RevRepContent.getInstance(new DERSequence(content)));
  }

  private static PKIBody error(int failure, String text) {
    return new PKIBody(
        PKIBody.TYPE_ERROR,
        new ErrorMsgContent(
            new PKIStatusInfo(
                PKIStatus.rejection, new PKIFreeText(text), new PKIFailureInfo(failure))));
  }

  private PeerReply reply(PKIHeader request, PKIBody body)
      throws CMPException, CRMFException, IOException {
    ProtectedPKIMessage message =
        new ProtectedPKIMessageBuilder(
                new GeneralName(new X500Name("CN=Test CMP")), request.getSender())
            .setMessageTime(new Date())
            .setTransactionID(request.getTransactionID().getOctets())
            .setRecipNonce(request.getSenderNonce().getOctets())
            .setSenderNonce(Randomness.bytes(16))
            .setSenderKID(REFERENCE.getBytes(StandardCharsets.UTF_8))
            .setBody(body)
            .build(
                new PKMACBuilder(new JcePKMACValuesCalculator())
                    .setParameters(parameters())
                    .build(secret));
    return PeerReply.of(200, "application/pkixcmp", message.toASN1Structure().getEncoded("DER"));
  }

  private static PBMParameter parameters() {
    return new PBMParameter(
        Randomness.bytes(16),
        new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256),
        1_000,
        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE));
  }
}
