package io.certferry.gateway.driver.est;

import io.certferry.contracts.Bytes;
import io.certferry.gateway.driver.Capabilities;
import io.certferry.gateway.driver.ProbeReport;
import io.certferry.gateway.driver.SubmitOrder;
import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.gateway.driver.wire.Answers;
import io.certferry.gateway.driver.wire.CaHttp;
import io.certferry.gateway.driver.wire.CertificateBags;
import io.certferry.gateway.driver.wire.ConfiguredTemplates;
import io.certferry.gateway.driver.wire.Fault;
import io.certferry.gateway.driver.wire.ForeignDriver;
import io.certferry.gateway.driver.wire.HttpCall;
import io.certferry.gateway.driver.wire.HttpOutcome;
import io.certferry.gateway.driver.wire.HttpOutcome.Answer;
import io.certferry.gateway.driver.wire.PinnedChain;
import io.certferry.pki.Digests;
import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.CertificateRequests;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;

/**
 * An EST server. A template's profile is the label in the path (RFC 7030 section 3.2.2). A request
 * that pends is asked about by sending the same CSR again (section 4.2.3), so its id names template
 * and key.
 */
final class EstDriver implements ForeignDriver {

  private static final String WELL_KNOWN = "/.well-known/est";

  private final CaHttp http;
  private final URI base;
  private final PinnedChain chain;
  private final ConfiguredTemplates templates;
  private final Duration maxInFlight;
  private final InstantSource clock;

  EstDriver(
      CaHttp http,
      URI base,
      PinnedChain chain,
      ConfiguredTemplates templates,
      Duration maxInFlight,
      InstantSource clock) {
    this.http = http;
    this.base = base;
    this.chain = chain;
    this.templates = templates;
    this.maxInFlight = maxInFlight;
    this.clock = clock;
  }

  @Override
  public CaHttp http() {
    return http;
  }

  @Override
  public PinnedChain pinned() {
    return chain;
  }

  @Override
  public ConfiguredTemplates configured() {
    return templates;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(false, false, true, false, false, maxInFlight);
  }

  @Override
  public SubmitOutcome submit(SubmitOrder order) {
    return templates.has(order.template())
        ? enrol(order.template(), order.csr())
        : Answers.configuration(Fault.UNKNOWN_TEMPLATE);
  }

  /** Sends the CSR again, as RFC 7030 has it. */
  @Override
  public SubmitOutcome query(String caRequestId, Bytes csr) {
    int slash = caRequestId.lastIndexOf('/');
    return slash > 0 && templates.has(caRequestId.substring(0, slash))
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
    HttpOutcome outcome = http.exchange(call);
    return outcome instanceof Answer answer
        ? answered(template, csr, answer)
        : Answers.withoutAnswer(outcome);
  }

  private URI endpoint(String template, String operation) {
    String label = templates.profile(template).map(name -> "/" + name).orElse("");
    return at(label + "/" + operation);
  }

  private URI at(String path) {
    String root = base.toString().replaceAll("/+$", "");
    return URI.create((root.contains(WELL_KNOWN) ? root : root + WELL_KNOWN) + path);
  }

  private SubmitOutcome answered(String template, Bytes csr, Answer answer) {
    return switch (answer.status()) {
      case 200 -> issued(template, csr, answer);
      case 202 -> new SubmitOutcome.Pending(id(template, csr), Answers.retryAfter(answer, clock));
      default -> Answers.notOk(answer);
    };
  }

  private SubmitOutcome issued(String template, Bytes csr, Answer answer) {
    try {
      byte[] spki = CertificateRequests.parse(csr.toArray()).spki();
      return Answers.issued(certificates(answer), spki, chain, id(template, csr));
    } catch (PkiException | IllegalArgumentException e) {
      return Answers.unknown(Fault.ANSWER_NOT_UNDERSTOOD);
    }
  }

  /** RFC 8951: base64, whatever the header says; some servers send it in one line. */
  private static List<byte[]> certificates(Answer answer) {
    String text = new String(answer.body(), StandardCharsets.US_ASCII);
    return CertificateBags.read(Base64.getMimeDecoder().decode(text));
  }

  private static String id(String template, Bytes csr) {
    return template + "/" + Digests.sha256Hex(csr.toArray()).substring(0, 32);
  }

  @Override
  public ProbeReport probe() {
    return new EstProbe(http, this::at, chain, clock).run(templates.described().size());
  }
}
