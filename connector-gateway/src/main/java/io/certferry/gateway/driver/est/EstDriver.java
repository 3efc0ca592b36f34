package io.certferry.gateway.driver.est;

import io.certferry.contracts.Bytes;
import io.certferry.gateway.driver.Capabilities;
import io.certferry.gateway.driver.ProbeReport;
import io.certferry.gateway.driver.SubmitOrder;
import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.gateway.driver.wire.Answers;
import io.certferry.gateway.driver.wire.CertificateBags;
import io.certferry.gateway.driver.wire.Fault;
import io.certferry.gateway.driver.wire.ForeignCa;
import io.certferry.gateway.driver.wire.ForeignDriver;
import io.certferry.gateway.driver.wire.HttpCall;
import io.certferry.gateway.driver.wire.HttpOutcome;
import io.certferry.gateway.driver.wire.HttpOutcome.Answer;
import io.certferry.pki.Digests;
import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.CertificateRequests;
import java.net.URI;
import java.util.Base64;

/**
 * An EST server. A template's profile is the label in the path (RFC 7030 section 3.2.2). A request
 * that pends is asked about by sending the same CSR again (section 4.2.3), so its id names template
 * and key.
 */
final class EstDriver implements ForeignDriver {

  private static final String WELL_KNOWN = "/.well-known/est";

  private final ForeignCa ca;
  private final URI base;

  EstDriver(ForeignCa ca, URI base) {
    this.ca = ca;
    this.base = base;
  }

  @Override
  public ForeignCa ca() {
    return ca;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(false, false, true, false, false, ca.maxInFlight());
  }

  @Override
  public SubmitOutcome submit(SubmitOrder order) {
    return ca.templates().has(order.template())
        ? enrol(order.template(), order.csr())
        : Answers.configuration(Fault.UNKNOWN_TEMPLATE);
  }

  /** Sends the CSR again, as RFC 7030 has it. */
  @Override
  public SubmitOutcome query(String caRequestId, Bytes csr) {
    int slash = caRequestId.lastIndexOf('/');
    return slash > 0 && ca.templates().has(caRequestId.substring(0, slash))
        ? enrol(caRequestId.substring(0, slash), csr)
        : new SubmitOutcome.Unknown("no-such-request");
  }

  private SubmitOutcome enrol(String template, Bytes csr) {
    HttpCall call =
        HttpCall.post(
                endpoint(template, "simpleenroll"),
                "application/pkcs10",
                Base64.getMimeEncoder().encode(csr.toArray()))
            .with("Content-Transfer-Encoding", "base64")
            .with("Accept", "application/pkcs7-mime");
    HttpOutcome outcome = ca.http().exchange(call);
    return outcome instanceof Answer answer
        ? answered(template, csr, answer)
        : Answers.withoutAnswer(outcome);
  }

  private URI endpoint(String template, String operation) {
    String label = ca.templates().profile(template).map(name -> "/" + name).orElse("");
    return at(label + "/" + operation);
  }

  private URI at(String path) {
    String root = base.toString().replaceAll("/+$", "");
    return URI.create((root.contains(WELL_KNOWN) ? root : root + WELL_KNOWN) + path);
  }

  private SubmitOutcome answered(String template, Bytes csr, Answer answer) {
    return switch (answer.status()) {
      case 200 -> issued(template, csr, answer);
      case 202 ->
          new SubmitOutcome.Pending(id(template, csr), Answers.retryAfter(answer, ca.clock()));
      default -> Answers.notOk(answer);
    };
  }

  private SubmitOutcome issued(String template, Bytes csr, Answer answer) {
    try {
      byte[] spki = CertificateRequests.parse(csr.toArray()).spki();
      return Answers.issued(
          CertificateBags.readTransferred(answer.body()), spki, ca.chain(), id(template, csr));
    } catch (PkiException | IllegalArgumentException e) {
      return Answers.unknown(Fault.ANSWER_NOT_UNDERSTOOD);
    }
  }

  private static String id(String template, Bytes csr) {
    return template + "/" + Digests.sha256Hex(csr.toArray()).substring(0, 32);
  }

  @Override
  public ProbeReport probe() {
    return new EstProbe(ca.http(), this::at, ca.chain(), ca.clock()).run(templates().size());
  }
}
