package io.certferry.gateway.driver.cmp;

import io.certferry.contracts.Bytes;
import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.gateway.driver.wire.Answers;
import io.certferry.gateway.driver.wire.CaHttp;
import io.certferry.gateway.driver.wire.Fault;
import io.certferry.gateway.driver.wire.PinnedChain;
import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.CertificateRequests;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cmp.CMPCertificate;
import org.bouncycastle.asn1.cmp.CertConfirmContent;
import org.bouncycastle.asn1.cmp.CertRepMessage;
import org.bouncycastle.asn1.cmp.CertResponse;
import org.bouncycastle.asn1.cmp.CertStatus;
import org.bouncycastle.asn1.cmp.CertifiedKeyPair;
import org.bouncycastle.asn1.cmp.ErrorMsgContent;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PollRepContent;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.operator.DefaultAlgorithmNameFinder;
import org.bouncycastle.operator.DefaultDigestAlgorithmIdentifierFinder;

/** What an authentic answer to a request for a certificate means; confirms what it accepts. */
final class CmpEnrolment {

  private static final int ACCEPTED = 0;
  private static final int GRANTED_WITH_MODS = 1;
  private static final int REJECTED = 2;
  private static final int WAITING = 3;
  private static final int MOST_SECONDS = 30 * 86_400;

  private final CmpWire wire;
  private final PinnedChain chain;
  private final CaHttp http;

  CmpEnrolment(CmpWire wire, PinnedChain chain, CaHttp http) {
    this.wire = wire;
    this.chain = chain;
    this.http = http;
  }

  SubmitOutcome outcome(CmpWire.Body reply, Bytes csr) {
    try {
      return switch (reply.content().getType()) {
        case PKIBody.TYPE_CERT_REP, PKIBody.TYPE_INIT_REP -> responded(reply, csr);
        case PKIBody.TYPE_POLL_REP -> polled(reply);
        case PKIBody.TYPE_ERROR ->
            refused(ErrorMsgContent.getInstance(reply.content().getContent()));
        default -> Answers.unknown(Fault.ANSWER_NOT_UNDERSTOOD);
      };
    } catch (PkiException | IllegalArgumentException | IOException e) {
      return Answers.unknown(Fault.ANSWER_NOT_UNDERSTOOD);
    }
  }

  private SubmitOutcome refused(ErrorMsgContent error) {
    return new CmpStatus(error.getPKIStatusInfo()).refusal(http);
  }

  private static SubmitOutcome polled(CmpWire.Body reply) {
    PollRepContent content = PollRepContent.getInstance(reply.content().getContent());
    int seconds = Math.min(MOST_SECONDS, Math.max(0, content.getCheckAfter(0).intValueExact()));
    return new SubmitOutcome.Pending(
        reply.transaction().numbered(content.getCertReqId(0).intValueExact()).text(),
        Duration.ofSeconds(seconds));
  }

  private SubmitOutcome responded(CmpWire.Body reply, Bytes csr) throws IOException {
    CertRepMessage message = CertRepMessage.getInstance(reply.content().getContent());
    if (message.getResponse().length != 1) {
      return Answers.unknown(Fault.ANSWER_NOT_UNDERSTOOD);
    }
    CertResponse response = message.getResponse()[0];
    CmpStatus status = new CmpStatus(response.getStatus());
    Transaction transaction = reply.transaction().numbered(response.getCertReqId().intValueExact());
    return switch (status.number()) {
      case ACCEPTED, GRANTED_WITH_MODS ->
          issued(response, csr, transaction, reply.implicitlyConfirmed());
      case REJECTED -> status.refusal(http);
      case WAITING -> new SubmitOutcome.Pending(transaction.text());
      default -> Answers.unknown(Fault.ANSWER_NOT_UNDERSTOOD);
    };
  }

  private SubmitOutcome issued(
      CertResponse response, Bytes csr, Transaction transaction, boolean implicitlyConfirmed)
      throws IOException {
    CertifiedKeyPair pair = response.getCertifiedKeyPair();
    CMPCertificate certificate = pair == null ? null : pair.getCertOrEncCert().getCertificate();
    if (certificate == null || !certificate.isX509v3PKCert()) {
      return Answers.unknown(Fault.ANSWER_NOT_UNDERSTOOD);
    }
    byte[] der = certificate.getX509v3PKCert().getEncoded("DER");
    if (!implicitlyConfirmed && !confirm(certificate, der, response.getCertReqId(), transaction)) {
      return new SubmitOutcome.Unknown("not-confirmed");
    }
    byte[] spki = CertificateRequests.parse(csr.toArray()).spki();
    return Answers.issued(List.of(der), spki, chain, transaction.text());
  }

  /** RFC 9810 section 5.3.18; a CA takes back what nobody confirms. */
  private boolean confirm(
      CMPCertificate certificate, byte[] der, ASN1Integer certReqId, Transaction transaction) {
    CertStatus status =
        new CertStatus(hash(certificate.getX509v3PKCert().getSignatureAlgorithm(), der), certReqId);
    PKIBody body =
        new PKIBody(
            PKIBody.TYPE_CERT_CONFIRM, CertConfirmContent.getInstance(new DERSequence(status)));
    return wire.exchange(transaction, body, Optional.empty()) instanceof CmpWire.Body reply
        && reply.content().getType() == PKIBody.TYPE_CONFIRM;
  }

  private static byte[] hash(AlgorithmIdentifier signature, byte[] der) {
    AlgorithmIdentifier digest = new DefaultDigestAlgorithmIdentifierFinder().find(signature);
    String name =
        digest == null
            ? "SHA-256"
            : new DefaultAlgorithmNameFinder().getAlgorithmName(digest.getAlgorithm());
    try {
      return MessageDigest.getInstance(dashed(name)).digest(der);
    } catch (NoSuchAlgorithmException e) {
      throw new PkiException(PkiException.Reason.ALGORITHM, "no digest " + name, e);
    }
  }

  private static String dashed(String name) {
    return name.replaceAll("^SHA(\\d)", "SHA-$1");
  }
}
