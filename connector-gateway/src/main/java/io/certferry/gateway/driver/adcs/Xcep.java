package io.certferry.gateway.driver.adcs;

import io.certferry.contracts.Bytes;
import io.certferry.gateway.driver.adcs.EnrolmentPolicy.Address;
import io.certferry.gateway.driver.adcs.EnrolmentPolicy.Authority;
import io.certferry.gateway.driver.adcs.EnrolmentPolicy.Offer;
import io.certferry.gateway.driver.wire.Fault;
import io.certferry.gateway.driver.wire.HttpOutcome;
import io.certferry.gateway.driver.wire.HttpOutcome.Answer;
import io.certferry.gateway.driver.wire.HttpOutcome.Lost;
import io.certferry.gateway.driver.wire.HttpOutcome.NotSent;
import io.certferry.gateway.driver.wire.Soap;
import io.certferry.pki.PkiException;
import java.net.URI;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.w3c.dom.Element;

/** The policy service: MS-XCEP GetPolicies. */
final class Xcep implements PolicySource {

  private static final String ACTION = Soap.POLICY + "/IPolicy/GetPolicies";

  private final WebService service;
  private final URI url;

  Xcep(WebService service, URI url) {
    this.service = service;
    this.url = url;
  }

  @Override
  public Policies ask() {
    HttpOutcome outcome = service.call(url, ACTION, Xcep::question);
    if (outcome instanceof NotSent notSent) {
      return new Unknown(notSent.fault(), Optional.of(outcome));
    }
    return outcome instanceof Lost lost
        ? new Unknown(lost.fault(), Optional.of(outcome))
        : read((Answer) outcome);
  }

  @Override
  public Fault absence() {
    return Fault.WRONG_CA;
  }

  private static void question(XMLStreamWriter xml) throws XMLStreamException {
    xml.writeStartElement("", "GetPolicies", Soap.POLICY);
    xml.writeDefaultNamespace(Soap.POLICY);
    xml.writeStartElement("", "client", Soap.POLICY);
    nil(xml, "lastUpdate");
    nil(xml, "preferredLanguage");
    xml.writeEndElement();
    nil(xml, "requestFilter");
    xml.writeEndElement();
  }

  private static void nil(XMLStreamWriter xml, String name) throws XMLStreamException {
    xml.writeStartElement("", name, Soap.POLICY);
    xml.writeAttribute("xsi", Soap.INSTANCE, "nil", "true");
    xml.writeEndElement();
  }

  private Policies read(Answer answer) {
    try {
      Element body = Soap.body(answer.body());
      if (Soap.is(body, Soap.ENVELOPE, "Fault")) {
        return fault(body, answer);
      }
      return new Known(policy(body), Optional.of(answer));
    } catch (PkiException | IllegalArgumentException e) {
      return new Unknown(
          answer.status() == 404 ? Fault.ENDPOINT_MISSING : Fault.ANSWER_NOT_UNDERSTOOD,
          Optional.of(answer));
    }
  }

  private Policies fault(Element fault, Answer answer) {
    if (Wstep.isRefusedLogon(fault)) {
      service.http().credentialsRefused();
      return new Unknown(Fault.CREDENTIALS_REFUSED, Optional.of(answer));
    }
    return new Unknown(Fault.SERVER_ERROR, Optional.of(answer));
  }

  private static EnrolmentPolicy policy(Element body) {
    if (!Soap.is(body, Soap.POLICY, "GetPoliciesResponse")) {
      throw new IllegalArgumentException("not a policy answer");
    }
    Map<String, String> oids = new HashMap<>();
    all(body, "oIDs", "oID")
        .forEach(oid -> oids.put(text(oid, "oIDReferenceID"), text(oid, "value")));
    return new EnrolmentPolicy(
        Soap.path(body, Soap.POLICY, "response", "policies").stream()
            .flatMap(policies -> Soap.children(policies, Soap.POLICY, "policy").stream())
            .map(policy -> offer(policy, oids))
            .toList(),
        all(body, "cAs", "cA").stream().map(Xcep::authority).toList());
  }

  private static List<Element> all(Element body, String list, String name) {
    return Soap.child(body, Soap.POLICY, list)
        .map(found -> Soap.children(found, Soap.POLICY, name))
        .orElse(List.of());
  }

  private static String text(Element parent, String... names) {
    return Soap.text(parent, Soap.POLICY, names);
  }

  private static long number(Element parent, String... names) {
    String text = text(parent, names);
    return text.matches("-?\\d{1,18}") ? Long.parseLong(text) : 0;
  }

  private static Offer offer(Element policy, Map<String, String> oids) {
    Element attributes =
        Soap.child(policy, Soap.POLICY, "attributes")
            .orElseThrow(() -> new IllegalArgumentException("a policy without attributes"));
    return new Offer(
        text(attributes, "commonName"),
        (int) number(attributes, "policySchema"),
        number(attributes, "certificateValidity", "validityPeriodSeconds"),
        (int) number(attributes, "privateKeyAttributes", "minimalKeyLength"),
        number(attributes, "subjectNameFlags"),
        number(attributes, "enrollmentFlags"),
        isTrue(text(attributes, "permission", "enroll")),
        usages(attributes, oids),
        references(policy));
  }

  private static boolean isTrue(String text) {
    return text.equals("true") || text.equals("1");
  }

  private static List<String> references(Element policy) {
    return Soap.child(policy, Soap.POLICY, "cAs")
        .map(found -> Soap.children(found, Soap.POLICY, "cAReference"))
        .orElse(List.of())
        .stream()
        .map(reference -> reference.getTextContent().strip())
        .toList();
  }

  private static List<String> usages(Element attributes, Map<String, String> oids) {
    return Soap.child(attributes, Soap.POLICY, "extensions").stream()
        .flatMap(found -> Soap.children(found, Soap.POLICY, "extension").stream())
        .filter(extension -> isExtendedKeyUsage(extension, oids))
        .findFirst()
        .map(extension -> Usages.read(Base64.getMimeDecoder().decode(text(extension, "value"))))
        .orElse(List.of());
  }

  private static boolean isExtendedKeyUsage(Element extension, Map<String, String> oids) {
    return "2.5.29.37".equals(oids.get(text(extension, "oIDReference")));
  }

  private static Authority authority(Element ca) {
    return new Authority(
        text(ca, "cAReferenceID"),
        Bytes.of(Base64.getMimeDecoder().decode(text(ca, "certificate"))),
        isTrue(text(ca, "enrollPermission")),
        Soap.child(ca, Soap.POLICY, "uris").stream()
            .flatMap(uris -> Soap.children(uris, Soap.POLICY, "cAURI").stream())
            .flatMap(uri -> address(uri).stream())
            .toList());
  }

  private static Optional<Address> address(Element uri) {
    String text = text(uri, "uri");
    return text.startsWith("https://")
        ? Optional.of(
            new Address(
                URI.create(text),
                (int) number(uri, "clientAuthentication"),
                (int) number(uri, "priority"),
                isTrue(text(uri, "renewalOnly"))))
        : Optional.empty();
  }
}
