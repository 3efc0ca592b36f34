package io.certferry.gateway.driver.cfssl;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.Bytes;
import io.certferry.gateway.driver.Capabilities;
import io.certferry.gateway.driver.ProbeReport;
import io.certferry.gateway.driver.SubmitOrder;
import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.gateway.driver.wire.Answers;
import io.certferry.gateway.driver.wire.Fault;
import io.certferry.gateway.driver.wire.ForeignCa;
import io.certferry.gateway.driver.wire.ForeignDriver;
import io.certferry.gateway.driver.wire.HttpCall;
import io.certferry.gateway.driver.wire.HttpOutcome;
import io.certferry.gateway.driver.wire.HttpOutcome.Answer;
import io.certferry.gateway.driver.wire.Probing;
import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.CertificateRequests;
import io.certferry.pki.certificate.Certificates;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** A cfssl server; a template's profile is cfssl's signing profile. */
final class CfsslDriver implements ForeignDriver {

  private final ForeignCa ca;
  private final URI base;

  CfsslDriver(ForeignCa ca, URI base) {
    this.ca = ca;
    this.base = base;
  }

  @Override
  public ForeignCa ca() {
    return ca;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(false, false, false, false, false, ca.maxInFlight());
  }

  @Override
  public SubmitOutcome submit(SubmitOrder order) {
    if (!ca.templates().has(order.template())) {
      return Answers.configuration(Fault.UNKNOWN_TEMPLATE);
    }
    try {
      byte[] request =
          AuthenticatedRequest.of(
              order.csr(), ca.templates().profile(order.template()), ca.http().credentials());
      HttpOutcome outcome =
          ca.http()
              .exchange(HttpCall.post(at("authsign"), "application/json", request).withoutBasic());
      return outcome instanceof Answer answer
          ? answered(order, answer)
          : Answers.withoutAnswer(outcome);
    } catch (IOException e) {
      return new SubmitOutcome.Retryable(Fault.CREDENTIALS_UNREADABLE.code());
    }
  }

  private URI at(String operation) {
    return URI.create(base.toString().replaceAll("/+$", "") + "/api/v1/cfssl/" + operation);
  }

  private SubmitOutcome answered(SubmitOrder order, Answer answer) {
    Optional<JsonNode> read = CfsslJson.read(answer.body());
    if (read.isEmpty()) {
      return answer.status() == 200
          ? Answers.unknown(Fault.ANSWER_NOT_UNDERSTOOD)
          : Answers.notOk(answer);
    }
    JsonNode json = read.get();
    return json.path("success").asBoolean(false) ? issued(order, json) : refused(answer, json);
  }

  private SubmitOutcome issued(SubmitOrder order, JsonNode json) {
    try {
      String pem = json.path("result").path("certificate").asText("");
      List<byte[]> certificates = Certificates.fromPem(pem.getBytes(StandardCharsets.US_ASCII));
      byte[] spki = CertificateRequests.parse(order.csr().toArray()).spki();
      return Answers.issued(
          certificates, spki, ca.chain(), Certificates.parse(certificates.get(0)).serialHex());
    } catch (PkiException e) {
      return Answers.unknown(Fault.ANSWER_NOT_UNDERSTOOD);
    }
  }

  private SubmitOutcome refused(Answer answer, JsonNode json) {
    JsonNode error = json.path("errors").path(0);
    String message = error.path("message").asText("");
    if (message.contains("invalid token") || answer.status() == 401) {
      ca.http().credentialsRefused();
      return new SubmitOutcome.Retryable(Fault.CREDENTIALS_REFUSED.code());
    }
    if (answer.status() >= 500 && error.isMissingNode()) {
      return Answers.notOk(answer);
    }
    return new SubmitOutcome.Denied("cfssl-" + error.path("code").asInt(0), Answers.said(message));
  }

  /** cfssl never pends. */
  @Override
  public SubmitOutcome query(String caRequestId, Bytes csr) {
    return new SubmitOutcome.Unknown("no-such-request");
  }

  @Override
  public ProbeReport probe() {
    Probing probing = new Probing(ca.clock());
    HttpOutcome outcome =
        ca.http()
            .exchange(
                HttpCall.post(at("info"), "application/json", CfsslJson.label()).withoutBasic());
    if (probing.reached(outcome)) {
      identity(probing, (Answer) outcome);
    }
    return probing
        .found(
            "names",
            false,
            "cfssl drops user principal names, URIs and the SID: a certificate of a profile with"
                + " any of them is quarantined, never delivered.")
        .chain(ca.chain())
        .templates(templates().size())
        .revocation(false)
        .report();
  }

  private void identity(Probing probing, Answer answer) {
    try {
      String pem =
          CfsslJson.read(answer.body())
              .map(json -> json.path("result").path("certificate").asText(""))
              .orElse("");
      byte[] der = Certificates.parse(pem.getBytes(StandardCharsets.US_ASCII)).der();
      if (ca.chain().holds(der)) {
        probing.found("ca", true, "It is the pinned CA.");
      } else {
        probing.fault("ca", Fault.WRONG_CA);
      }
    } catch (PkiException e) {
      probing.fault("ca", Fault.ANSWER_NOT_UNDERSTOOD);
    }
  }
}
