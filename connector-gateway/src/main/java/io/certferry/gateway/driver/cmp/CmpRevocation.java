package io.certferry.gateway.driver.cmp;

import io.certferry.gateway.driver.RevokeOrder;
import io.certferry.gateway.driver.RevokeOutcome;
import io.certferry.gateway.driver.wire.CaHttp;
import io.certferry.gateway.driver.wire.Fault;
import io.certferry.gateway.driver.wire.HttpOutcome;
import io.certferry.pki.ca.RevocationReason;
import java.io.IOException;
import java.math.BigInteger;
import java.time.InstantSource;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.cmp.ErrorMsgContent;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIFailureInfo;
import org.bouncycastle.asn1.cmp.RevDetails;
import org.bouncycastle.asn1.cmp.RevRepContent;
import org.bouncycastle.asn1.cmp.RevReqContent;
import org.bouncycastle.asn1.crmf.CertTemplateBuilder;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;

/** Revocation by rr (RFC 9483 section 4.2). */
final class CmpRevocation {

  private final CmpWire wire;
  private final CaHttp http;
  private final InstantSource clock;

  CmpRevocation(CmpWire wire, CaHttp http, InstantSource clock) {
    this.wire = wire;
    this.http = http;
    this.clock = clock;
  }

  RevokeOutcome revoke(RevokeOrder order) {
    CmpWire.Reply reply =
        wire.exchange(
            Transaction.begin(),
            new PKIBody(PKIBody.TYPE_REVOCATION_REQ, new RevReqContent(details(order))),
            Optional.empty());
    if (reply instanceof CmpWire.Failed failed) {
      return new RevokeOutcome.Retryable(code(failed.outcome()));
    }
    return reply instanceof CmpWire.Body body
        ? answered(body.content())
        : new RevokeOutcome.Retryable(Fault.ANSWER_NOT_AUTHENTIC.code());
  }

  private static String code(HttpOutcome outcome) {
    if (outcome instanceof HttpOutcome.NotSent notSent) {
      return notSent.fault().code();
    }
    return outcome instanceof HttpOutcome.Lost lost
        ? lost.fault().code()
        : Fault.SERVER_ERROR.code();
  }

  private static RevDetails details(RevokeOrder order) {
    ExtensionsGenerator extensions = new ExtensionsGenerator();
    try {
      extensions.addExtension(
          Extension.reasonCode,
          false,
          CRLReason.lookup(
              RevocationReason.named(order.reason()).orElse(RevocationReason.UNSPECIFIED).code()));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return new RevDetails(
        new CertTemplateBuilder()
            .setSerialNumber(new ASN1Integer(new BigInteger(order.serial(), 16)))
            .setIssuer(new X500Name(order.issuer()))
            .build(),
        extensions.generate());
  }

  private RevokeOutcome answered(PKIBody body) {
    return switch (body.getType()) {
      case PKIBody.TYPE_REVOCATION_REP ->
          judged(new CmpStatus(RevRepContent.getInstance(body.getContent()).getStatus()[0]));
      case PKIBody.TYPE_ERROR ->
          refused(new CmpStatus(ErrorMsgContent.getInstance(body.getContent()).getPKIStatusInfo()));
      default -> new RevokeOutcome.Retryable(Fault.ANSWER_NOT_UNDERSTOOD.code());
    };
  }

  private RevokeOutcome judged(CmpStatus status) {
    boolean accepted = status.number() == 0 || status.number() == 1 || status.number() == 5;
    return accepted ? new RevokeOutcome.Revoked(clock.instant(), false) : refused(status);
  }

  private RevokeOutcome refused(CmpStatus status) {
    if (status.has(PKIFailureInfo.certRevoked)) {
      return new RevokeOutcome.Revoked(clock.instant(), true);
    }
    if (status.has(PKIFailureInfo.badMessageCheck)) {
      http.credentialsRefused();
      return new RevokeOutcome.Retryable(Fault.CREDENTIALS_REFUSED.code());
    }
    boolean later =
        status.has(PKIFailureInfo.systemUnavail)
            || status.has(PKIFailureInfo.systemFailure)
            || status.has(PKIFailureInfo.badTime);
    return later
        ? new RevokeOutcome.Retryable(status.code())
        : new RevokeOutcome.Refused(status.code(), status.said());
  }
}
