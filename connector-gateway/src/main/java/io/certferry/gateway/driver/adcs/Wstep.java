package io.certferry.gateway.driver.adcs;

import io.certferry.contracts.Bytes;
import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.gateway.driver.wire.Answers;
import io.certferry.gateway.driver.wire.CaHttp;
import io.certferry.gateway.driver.wire.Fault;
import io.certferry.gateway.driver.wire.HttpOutcome;
import io.certferry.gateway.driver.wire.HttpOutcome.Answer;
import io.certferry.gateway.driver.wire.PinnedChain;
import io.certferry.gateway.driver.wire.Soap;
import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.CertificateRequests;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/** MS-WSTEP: Issue and QueryTokenStatus. */
final class Wstep {

  private static final String ACTION = Soap.ENROLMENT + "/RST/wstep";
  private static final String ISSUE = Soap.TRUST + "/Issue";
  private static final String QUERY = Soap.ENROLMENT + "/QueryTokenStatus";
  private static final String TOKEN_TYPE =
      "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3";
  private static final String PKCS10 = Soap.ENROLMENT + "#PKCS10";
  private static final String BASE64 = Soap.SECURITY + "#base64binary";

  /** Extensions that name the template (MS-WCCE 3.2.2.6.2.1.4.1): then nothing else must. */
  private static final Set<String> TEMPLATE_EXTENSIONS =
      Set.of("1.3.6.1.4.1.311.20.2", "1.3.6.1.4.1.311.21.7");

  private static final Set<String> REFUSED_LOGONS =
      Set.of("FailedAuthentication", "InvalidSecurityToken", "InvalidSecurity", "FailedCheck");

  private final WebService service;
  private final CaHttp http;
  private final PinnedChain chain;

  Wstep(WebService service, PinnedChain chain) {
    this.service = service;
    this.http = service.http();
    this.chain = chain;
  }

  SubmitOutcome issue(URI url, Bytes csr, String template) {
    HttpOutcome outcome =
        service.call(url, ACTION, xml -> token(xml, ISSUE, csr, named(csr, template), null));
    return outcome(outcome, csr);
  }

  private static @Nullable String named(Bytes csr, String template) {
    List<String> extensions = CertificateRequests.parse(csr.toArray()).extensionOids();
    return extensions.stream().anyMatch(TEMPLATE_EXTENSIONS::contains) ? null : template;
  }

  SubmitOutcome query(URI url, String requestId, Bytes csr) {
    return outcome(service.call(url, ACTION, xml -> token(xml, QUERY, null, null, requestId)), csr);
  }

  private static void token(
      XMLStreamWriter xml,
      String type,
      @Nullable Bytes csr,
      @Nullable String template,
      @Nullable String requestId)
      throws XMLStreamException {
    xml.writeStartElement("wst", "RequestSecurityToken", Soap.TRUST);
    xml.writeNamespace("wst", Soap.TRUST);
    text(xml, "wst", Soap.TRUST, "TokenType", TOKEN_TYPE);
    text(xml, "wst", Soap.TRUST, "RequestType", type);
    if (csr != null) {
      binary(xml, csr);
    }
    if (template != null) {
      context(xml, template);
    }
    xml.writeStartElement("wstep", "RequestID", Soap.ENROLMENT);
    xml.writeNamespace("wstep", Soap.ENROLMENT);
    if (requestId == null) {
      xml.writeAttribute("xsi", Soap.INSTANCE, "nil", "true");
    } else {
      xml.writeCharacters(requestId);
    }
    xml.writeEndElement();
    xml.writeEndElement();
  }

  private static void binary(XMLStreamWriter xml, Bytes csr) throws XMLStreamException {
    xml.writeStartElement("wsse", "BinarySecurityToken", Soap.SECURITY);
    xml.writeNamespace("wsse", Soap.SECURITY);
    xml.writeNamespace("wsu", Soap.UTILITY);
    xml.writeAttribute("ValueType", PKCS10);
    xml.writeAttribute("EncodingType", BASE64);
    xml.writeAttribute("wsu", Soap.UTILITY, "Id", "");
    xml.writeCharacters(csr.toBase64());
    xml.writeEndElement();
  }

  /** A request attribute; it carries the template's name and nothing that came from a device. */
  private static void context(XMLStreamWriter xml, String template) throws XMLStreamException {
    xml.writeStartElement("auth", "AdditionalContext", Soap.AUTHORIZATION);
    xml.writeNamespace("auth", Soap.AUTHORIZATION);
    xml.writeStartElement("auth", "ContextItem", Soap.AUTHORIZATION);
    xml.writeAttribute("Name", "CertificateTemplate");
    text(xml, "auth", Soap.AUTHORIZATION, "Value", template);
    xml.writeEndElement();
    xml.writeEndElement();
  }

  private static void text(
      XMLStreamWriter xml, String prefix, String namespace, String name, String value)
      throws XMLStreamException {
    xml.writeStartElement(prefix, name, namespace);
    xml.writeCharacters(value);
    xml.writeEndElement();
  }

  private SubmitOutcome outcome(HttpOutcome outcome, Bytes csr) {
    if (!(outcome instanceof Answer answer)) {
      return Answers.withoutAnswer(outcome);
    }
    try {
      Element body = Soap.body(answer.body());
      return Soap.is(body, Soap.ENVELOPE, "Fault") ? fault(body) : answered(body, csr);
    } catch (PkiException | IllegalArgumentException e) {
      return answer.status() == 200
          ? Answers.unknown(Fault.ANSWER_NOT_UNDERSTOOD)
          : Answers.notOk(answer);
    }
  }

  /** By the presence of the token, never by the disposition's text. */
  private SubmitOutcome answered(Element body, Bytes csr) {
    Optional<Element> response =
        Soap.is(body, Soap.TRUST, "RequestSecurityTokenResponseCollection")
            ? Soap.child(body, Soap.TRUST, "RequestSecurityTokenResponse")
            : Optional.of(body)
                .filter(found -> Soap.is(found, Soap.TRUST, "RequestSecurityTokenResponse"));
    Optional<Element> requested =
        response.flatMap(found -> Soap.child(found, Soap.TRUST, "RequestedSecurityToken"));
    if (requested.isEmpty()) {
      return Answers.unknown(Fault.ANSWER_NOT_UNDERSTOOD);
    }
    String id = Soap.text(response.get(), Soap.ENROLMENT, "RequestID");
    return Soap.child(requested.get(), Soap.SECURITY, "BinarySecurityToken")
        .map(token -> issued(token, csr, id))
        .orElseGet(() -> pending(requested.get(), id));
  }

  private SubmitOutcome issued(Element token, Bytes csr, String id) {
    byte[] der = Base64.getMimeDecoder().decode(token.getTextContent().strip());
    return Answers.issued(List.of(der), CertificateRequests.parse(csr.toArray()).spki(), chain, id);
  }

  private static SubmitOutcome pending(Element requested, String id) {
    boolean refers = Soap.child(requested, Soap.SECURITY, "SecurityTokenReference").isPresent();
    return refers && id.matches("\\d{1,10}")
        ? new SubmitOutcome.Pending(id)
        : Answers.unknown(Fault.ANSWER_NOT_UNDERSTOOD);
  }

  private SubmitOutcome fault(Element fault) {
    Optional<Element> detail =
        Soap.child(fault, Soap.ENVELOPE, "Detail")
            .flatMap(found -> Soap.child(found, Soap.ENROLMENT, "CertificateEnrollmentWSDetail"));
    return detail.map(this::detailed).orElseGet(() -> plain(fault));
  }

  private SubmitOutcome detailed(Element detail) {
    String number = Soap.text(detail, Soap.ENROLMENT, "ErrorCode");
    if (!number.matches("-?\\d{1,10}")) {
      return Answers.unknown(Fault.SERVER_ERROR);
    }
    int hresult = (int) Long.parseLong(number);
    if (Hresult.isAboutCredentials(hresult)) {
      http.credentialsRefused();
    }
    return Hresult.outcome(
        hresult, "true".equals(Soap.text(detail, Soap.ENROLMENT, "InvalidRequest")));
  }

  private SubmitOutcome plain(Element fault) {
    if (isRefusedLogon(fault)) {
      http.credentialsRefused();
      return new SubmitOutcome.Retryable(Fault.CREDENTIALS_REFUSED.code());
    }
    return Answers.unknown(Fault.SERVER_ERROR);
  }

  static boolean isRefusedLogon(Element fault) {
    String subcode = Soap.text(fault, Soap.ENVELOPE, "Code", "Subcode", "Value");
    return REFUSED_LOGONS.contains(subcode.substring(subcode.indexOf(':') + 1));
  }
}
