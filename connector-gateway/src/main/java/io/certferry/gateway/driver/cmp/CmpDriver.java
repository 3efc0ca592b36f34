package io.certferry.gateway.driver.cmp;

import io.certferry.contracts.Bytes;
import io.certferry.gateway.driver.Capabilities;
import io.certferry.gateway.driver.ProbeReport;
import io.certferry.gateway.driver.RevokeOrder;
import io.certferry.gateway.driver.RevokeOutcome;
import io.certferry.gateway.driver.SubmitOrder;
import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.gateway.driver.wire.Answers;
import io.certferry.gateway.driver.wire.Fault;
import io.certferry.gateway.driver.wire.ForeignCa;
import io.certferry.gateway.driver.wire.ForeignDriver;
import io.certferry.gateway.driver.wire.HttpOutcome;
import io.certferry.gateway.driver.wire.HttpOutcome.NotSent;
import io.certferry.gateway.driver.wire.Probing;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.cmp.ErrorMsgContent;
import org.bouncycastle.asn1.cmp.GenMsgContent;
import org.bouncycastle.asn1.cmp.InfoTypeAndValue;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PollReqContent;

/**
 * A CMP server, asked by p10cr unless it wants another form: the request is the PKCS#10 that
 * issuance-service built, and the message around it is this connector's. A template's profile goes
 * along as certProfile.
 */
final class CmpDriver implements ForeignDriver {

  private final ForeignCa ca;
  private final CmpWire wire;
  private final RequestForm form;
  private final boolean revoke;

  CmpDriver(ForeignCa ca, CmpWire wire, RequestForm form, boolean revoke) {
    this.ca = ca;
    this.wire = wire;
    this.form = form;
    this.revoke = revoke;
  }

  @Override
  public ForeignCa ca() {
    return ca;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(false, false, true, revoke, false, ca.maxInFlight());
  }

  @Override
  public SubmitOutcome submit(SubmitOrder order) {
    if (!ca.templates().has(order.template())) {
      return Answers.configuration(Fault.UNKNOWN_TEMPLATE);
    }
    PKIBody body = form.body(order.csr().toArray());
    return outcome(
        wire.exchange(Transaction.begin(), body, ca.templates().profile(order.template())),
        order.csr());
  }

  @Override
  public SubmitOutcome query(String caRequestId, Bytes csr) {
    Optional<Transaction> transaction = Transaction.parse(caRequestId);
    if (transaction.isEmpty()) {
      return new SubmitOutcome.Unknown("no-such-request");
    }
    PKIBody body =
        new PKIBody(
            PKIBody.TYPE_POLL_REQ,
            new PollReqContent(BigInteger.valueOf(transaction.get().certReqId())));
    return outcome(wire.exchange(transaction.get(), body, Optional.empty()), csr);
  }

  private SubmitOutcome outcome(CmpWire.Reply reply, Bytes csr) {
    if (reply instanceof CmpWire.Failed failed) {
      return Answers.withoutAnswer(failed.outcome());
    }
    if (reply instanceof CmpWire.Unproven unproven) {
      return unproven(unproven.content());
    }
    return new CmpEnrolment(wire, ca.chain(), ca.http()).outcome((CmpWire.Body) reply, csr);
  }

  /**
   * An error that anybody could have sent decides nothing: the CA may have issued all the same. But
   * when it says that our protection is wrong, the secret is not tried again until it changes.
   */
  private SubmitOutcome unproven(PKIBody body) {
    CmpStatus status =
        new CmpStatus(ErrorMsgContent.getInstance(body.getContent()).getPKIStatusInfo());
    if (status.isAboutOurProtection()) {
      ca.http().credentialsRefused();
    }
    return Answers.unknown(Fault.ANSWER_NOT_AUTHENTIC);
  }

  @Override
  public RevokeOutcome revoke(RevokeOrder order) {
    return revoke
        ? new CmpRevocation(wire, ca.http(), ca.clock()).revoke(order)
        : ForeignDriver.super.revoke(order);
  }

  @Override
  public ProbeReport probe() {
    Probing probing = new Probing(ca.clock());
    CmpWire.Reply reply =
        wire.exchange(
            Transaction.begin(),
            new PKIBody(PKIBody.TYPE_GEN_MSG, new GenMsgContent(new InfoTypeAndValue[0])),
            Optional.empty());
    if (reply instanceof CmpWire.Failed failed) {
      unreached(probing, failed.outcome());
    } else {
      probing.reached(new HttpOutcome.Answer(200, java.util.Map.of(), new byte[0]));
      authentic(probing, reply);
    }
    return probing.chain(ca.chain()).templates(templates().size()).revocation(revoke).report();
  }

  private static void unreached(Probing probing, HttpOutcome outcome) {
    boolean answered =
        outcome instanceof HttpOutcome.Lost lost
            && List.of(Fault.ANSWER_NOT_AUTHENTIC, Fault.ANSWER_NOT_UNDERSTOOD)
                .contains(lost.fault());
    if (answered) {
      probing.reached(new HttpOutcome.Answer(200, java.util.Map.of(), new byte[0]));
      probing.fault("ca", ((HttpOutcome.Lost) outcome).fault());
    } else if (outcome instanceof HttpOutcome.Answer) {
      probing.fault("reachable", Fault.ENDPOINT_MISSING);
    } else {
      probing.reached(outcome instanceof NotSent ? outcome : new NotSent(Fault.NO_ANSWER_IN_TIME));
    }
  }

  private static void authentic(Probing probing, CmpWire.Reply reply) {
    if (reply instanceof CmpWire.Body) {
      probing.found("ca", true, "It answers under the agreed protection.");
    } else {
      probing.found(
          "ca",
          false,
          "It answers with an error that nothing protects: the shared secret or the signer's"
              + " certificate may be wrong.");
    }
  }
}
