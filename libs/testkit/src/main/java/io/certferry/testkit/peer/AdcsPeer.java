package io.certferry.testkit.peer;

import static io.certferry.testkit.peer.Complaint.check;

import io.certferry.contracts.Bytes;
import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.CertificateRequests;
import io.certferry.testkit.ca.Answer;
import io.certferry.testkit.ca.LyingCa;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * The web services of an AD CS Enterprise CA: policy (MS-XCEP) at {@code /CEP}, enrolment
 * (MS-WSTEP) at {@code /CES}. Checks everything that the specifications demand of clients, and
 * answers with the texts of a German Windows, since nobody may decide by them.
 */
public final class AdcsPeer implements Function<PeerRequest, PeerReply> {

  public static final String USER = "connector";
  public static final String CLIENT = "connector";

  private static final String SOAP = "http://www.w3.org/2003/05/soap-envelope";
  private static final String ADDRESSING = "http://www.w3.org/2005/08/addressing";
  private static final String SECURITY =
      "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
  private static final String TRUST = "http://docs.oasis-open.org/ws-sx/ws-trust/200512";
  private static final String ENROLMENT =
      "http://schemas.microsoft.com/windows/pki/2009/01/enrollment";
  private static final String POLICY =
      "http://schemas.microsoft.com/windows/pki/2009/01/enrollmentpolicy";
  private static final String AUTHORIZATION = "http://schemas.xmlsoap.org/ws/2006/12/authorization";
  private static final String PASSWORD_TEXT =
      "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText";
  private static final String TOKEN_TYPE =
      "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3";

  private static final int UNSUPPORTED_TEMPLATE = 0x80094800;
  private static final int TEMPLATE_CONFLICT = 0x80094802;
  private static final int DENIED_BY_MANAGER = 0x80094014;
  private static final int NO_REQUEST = 0x80094002;
  private static final int BAD_REQUEST = 0x80094001;

  /**
   * A template as the policy service tells it.
   *
   * @param subjectNameFlags 1: supplied in the request
   */
  public record TemplateOffer(
      String name, int schema, int minimumKeySize, int subjectNameFlags, boolean mayEnrol) {

    public static TemplateOffer good(String name) {
      return new TemplateOffer(name, 2, 2048, 1, true);
    }
  }

  private final Enrolments enrolments;
  private final String password;
  private final List<TemplateOffer> templates;
  private final List<Integer> errors = new CopyOnWriteArrayList<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private volatile String enrolmentUrl = "";
  private volatile String preferredUrl = "https://nowhere.invalid/renewals-only";

  public AdcsPeer(
      LyingCa ca, String password, long validitySeconds, List<TemplateOffer> templates) {
    this.enrolments = new Enrolments(ca, validitySeconds);
    this.password = password;
    this.templates = List.copyOf(templates);
  }

  /** What the policy service gives as the CA's address. */
  public void enrolmentUrl(String url) {
    enrolmentUrl = url;
  }

  /** Another address of the same CA, of higher priority. */
  public void preferredUrl(String url) {
    preferredUrl = url;
  }

  /** The next request fails with this HRESULT. */
  public void failNext(int hresult) {
    errors.add(hresult);
  }

  /** Everything that a client did against the specifications. */
  public List<String> complaints() {
    return complaints;
  }

  @Override
  public PeerReply apply(PeerRequest request) {
    if (!request.method().equals("POST")) {
      return PeerReply.text(200, "a web service");
    }
    Element envelope;
    try {
      envelope = StrictXml.parse(request.body());
      check(
          String.valueOf(request.headers().get("content-type")).startsWith("application/soap+xml"),
          "Content-Type is application/soap+xml");
      check(is(envelope, SOAP, "Envelope"), "a SOAP 1.2 envelope");
      if (!isKnown(request, envelope)) {
        return failedAuthentication();
      }
      String action = addressed(envelope);
      Element body = only(child(envelope, SOAP, "Body"));
      return switch (request.path()) {
        case "/CEP" -> policies(action, body);
        case "/CES" -> token(action, body);
        default -> PeerReply.text(404, "nichts da");
      };
    } catch (Complaint e) {
      complaints.add(String.valueOf(e.getMessage()));
      return PeerReply.text(400, String.valueOf(e.getMessage()));
    }
  }

  private static boolean is(Element element, String namespace, String name) {
    return namespace.equals(element.getNamespaceURI()) && name.equals(element.getLocalName());
  }

  private static List<Element> children(Element parent) {
    List<Element> found = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element) {
        found.add(element);
      }
    }
    return found;
  }

  private static List<Element> all(Element parent, String namespace, String name) {
    return children(parent).stream().filter(child -> is(child, namespace, name)).toList();
  }

  private static Element child(Element parent, String namespace, String name) {
    List<Element> found = all(parent, namespace, name);
    check(found.size() == 1, "exactly one " + name + " in " + parent.getLocalName());
    return found.get(0);
  }

  private static Element only(Element parent) {
    List<Element> found = children(parent);
    check(found.size() == 1, "exactly one element in " + parent.getLocalName());
    return found.get(0);
  }

  private static String text(Element parent, String namespace, String name) {
    return child(parent, namespace, name).getTextContent();
  }

  private boolean isKnown(PeerRequest request, Element envelope) {
    if (request.client().equals(CLIENT)) {
      return true;
    }
    Element header = child(envelope, SOAP, "Header");
    if (all(header, SECURITY, "Security").isEmpty()) {
      return false;
    }
    Element token = child(child(header, SECURITY, "Security"), SECURITY, "UsernameToken");
    Element secret = child(token, SECURITY, "Password");
    check(PASSWORD_TEXT.equals(secret.getAttribute("Type")), "Password/@Type");
    return text(token, SECURITY, "Username").equals(USER)
        && secret.getTextContent().equals(password);
  }

  private static String addressed(Element envelope) {
    Element header = child(envelope, SOAP, "Header");
    Element action = child(header, ADDRESSING, "Action");
    check("1".equals(action.getAttributeNS(SOAP, "mustUnderstand")), "Action/@mustUnderstand");
    check(text(header, ADDRESSING, "MessageID").startsWith("urn:uuid:"), "MessageID");
    check(text(header, ADDRESSING, "To").startsWith("https://"), "To");
    return action.getTextContent();
  }

  private PeerReply policies(String action, Element body) {
    check(action.equals(POLICY + "/IPolicy/GetPolicies"), "the action of GetPolicies");
    check(is(body, POLICY, "GetPolicies"), "GetPolicies");
    Element client = child(body, POLICY, "client");
    child(client, POLICY, "lastUpdate");
    child(client, POLICY, "preferredLanguage");
    child(body, POLICY, "requestFilter");
    StringBuilder offers = new StringBuilder();
    for (int i = 0; i < templates.size(); i++) {
      offers.append(offer(templates.get(i), i));
    }
    return soap(
        200,
        POLICY + "/IPolicy/GetPoliciesResponse",
        """
        <GetPoliciesResponse xmlns="%s" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
        <response><policyID>{1}</policyID><policyFriendlyName xsi:nil="true"/>
        <nextUpdateHours>8</nextUpdateHours><policiesNotChanged xsi:nil="true"/>
        <policies>%s</policies></response>
        <cAs><cA><uris>
        <cAURI><clientAuthentication>2</clientAuthentication><uri>https://nowhere.invalid/kerberos</uri><priority>1</priority><renewalOnly>false</renewalOnly></cAURI>
        <cAURI><clientAuthentication>4</clientAuthentication><uri>%s</uri><priority>1</priority><renewalOnly>%s</renewalOnly></cAURI>
        <cAURI><clientAuthentication>4</clientAuthentication><uri>https://nowhere.invalid/second</uri><priority>9</priority><renewalOnly>false</renewalOnly></cAURI>
        <cAURI><clientAuthentication>4</clientAuthentication><uri>%s</uri><priority>2</priority><renewalOnly>false</renewalOnly></cAURI>
        <cAURI><clientAuthentication>8</clientAuthentication><uri>%s</uri><priority>2</priority><renewalOnly>false</renewalOnly></cAURI>
        </uris><certificate>%s</certificate><enrollPermission>true</enrollPermission><cAReferenceID>0</cAReferenceID></cA></cAs>
        <oIDs><oID><value>2.5.29.37</value><group>6</group><oIDReferenceID>99</oIDReferenceID><defaultName>Erweiterte Verwendung</defaultName></oID></oIDs>
        </GetPoliciesResponse>"""
            .formatted(
                POLICY,
                offers,
                preferredUrl,
                preferredUrl.contains("renewals-only"),
                enrolmentUrl,
                enrolmentUrl,
                Base64.getMimeEncoder().encodeToString(enrolments.ca().chain().get(0).toArray())));
  }

  /** The usages are clientAuth and emailProtection. */
  private static String offer(TemplateOffer offer, int index) {
    return """
        <policy><policyOIDReference>%d</policyOIDReference><cAs><cAReference>0</cAReference></cAs>
        <attributes><commonName>%s</commonName><policySchema>%d</policySchema>
        <certificateValidity><validityPeriodSeconds>31536000</validityPeriodSeconds><renewalPeriodSeconds>3628800</renewalPeriodSeconds></certificateValidity>
        <permission><enroll>%s</enroll><autoEnroll>false</autoEnroll></permission>
        <privateKeyAttributes><minimalKeyLength>%d</minimalKeyLength></privateKeyAttributes>
        <revision><majorRevision>100</majorRevision><minorRevision>3</minorRevision></revision>
        <privateKeyFlags>16</privateKeyFlags><subjectNameFlags>%d</subjectNameFlags><enrollmentFlags>0</enrollmentFlags><generalFlags>131642</generalFlags>
        <extensions><extension><oIDReference>99</oIDReference><critical>false</critical><value>MBQGCCsGAQUFBwMCBggrBgEFBQcDBA==</value></extension></extensions>
        </attributes></policy>"""
        .formatted(
            index,
            offer.name(),
            offer.schema(),
            offer.mayEnrol(),
            offer.minimumKeySize(),
            offer.subjectNameFlags());
  }

  private PeerReply token(String action, Element body) {
    check(action.equals(ENROLMENT + "/RST/wstep"), "the action of RST");
    check(is(body, TRUST, "RequestSecurityToken"), "RequestSecurityToken");
    check(text(body, TRUST, "TokenType").equals(TOKEN_TYPE), "TokenType");
    Element id = child(body, ENROLMENT, "RequestID");
    if (!errors.isEmpty()) {
      return fault(errors.remove(0), true);
    }
    return switch (text(body, TRUST, "RequestType")) {
      case TRUST + "/Issue" -> issue(body);
      case ENROLMENT + "/QueryTokenStatus" -> {
        check(id.getTextContent().matches("\\d+"), "RequestID of a question");
        yield answer(enrolments.ask(id.getTextContent()), NO_REQUEST);
      }
      default -> throw new Complaint("broken: RequestType");
    };
  }

  private PeerReply issue(Element body) {
    Element token = child(body, SECURITY, "BinarySecurityToken");
    check((ENROLMENT + "#PKCS10").equals(token.getAttribute("ValueType")), "ValueType");
    check((SECURITY + "#base64binary").equals(token.getAttribute("EncodingType")), "EncodingType");
    check(!token.getTextContent().contains("-----"), "no PEM lines");
    byte[] csr;
    List<String> named = new ArrayList<>();
    try {
      csr = Base64.getDecoder().decode(token.getTextContent());
      CertificateRequests.parse(csr);
    } catch (PkiException | IllegalArgumentException e) {
      return fault(BAD_REQUEST, true);
    }
    for (Element context : all(body, AUTHORIZATION, "AdditionalContext")) {
      for (Element item : all(context, AUTHORIZATION, "ContextItem")) {
        check(
            Set.of("CertificateTemplate").contains(item.getAttribute("Name")), "no SAN attribute");
        named.add(text(item, AUTHORIZATION, "Value"));
      }
    }
    if (named.size() > 1) {
      return fault(TEMPLATE_CONFLICT, true);
    }
    boolean published =
        named.size() == 1 && templates.stream().anyMatch(t -> t.name().equals(named.get(0)));
    return published
        ? answer(enrolments.submit(csr), DENIED_BY_MANAGER)
        : fault(UNSUPPORTED_TEMPLATE, true);
  }

  private PeerReply answer(Answer answer, int whenDenied) {
    if (answer instanceof Answer.Issued issued) {
      return collection("Ausgestellt", issued.caRequestId(), issuedToken(issued.certificate()));
    }
    if (answer instanceof Answer.Pending pending) {
      return collection(
          "In Bearbeitung",
          pending.caRequestId(),
          "<wsse:SecurityTokenReference><wsse:Reference URI=\""
              + enrolmentUrl
              + "\"/></wsse:SecurityTokenReference>");
    }
    if (answer instanceof Answer.Denied denied) {
      return fault(
          denied.reason().equals("no such request")
              ? NO_REQUEST
              : whenDenied == NO_REQUEST ? DENIED_BY_MANAGER : whenDenied,
          true);
    }
    return PeerReply.silence();
  }

  private static String issuedToken(Bytes certificate) {
    String wrapped =
        Base64.getMimeEncoder().encodeToString(certificate.toArray()).replace("\r", "&#xD;");
    return "<wsse:BinarySecurityToken ValueType=\""
        + TOKEN_TYPE
        + "\" EncodingType=\""
        + SECURITY
        + "#base64binary\">"
        + wrapped
        + "</wsse:BinarySecurityToken>";
  }

  private static PeerReply collection(String disposition, String id, String requested) {
    return soap(
        200,
        ENROLMENT + "/RSTRC/wstep",
        """
        <wst:RequestSecurityTokenResponseCollection xmlns:wst="%s" xmlns:wstep="%s" xmlns:wsse="%s">
        <wst:RequestSecurityTokenResponse><wst:TokenType>%s</wst:TokenType>
        <wstep:DispositionMessage xml:lang="de-DE">%s</wstep:DispositionMessage>
        <wsse:BinarySecurityToken ValueType="%s#PKCS7" EncodingType="%s#base64binary">MAA=</wsse:BinarySecurityToken>
        <wst:RequestedSecurityToken>%s</wst:RequestedSecurityToken>
        <wstep:RequestID>%s</wstep:RequestID>
        </wst:RequestSecurityTokenResponse></wst:RequestSecurityTokenResponseCollection>"""
            .formatted(
                TRUST,
                ENROLMENT,
                SECURITY,
                TOKEN_TYPE,
                disposition,
                SECURITY,
                SECURITY,
                requested,
                id));
  }

  private static PeerReply fault(int hresult, boolean invalid) {
    return soap(
        500,
        ENROLMENT + "/RequestSecurityTokenCertificateEnrollmentWSDetailFault",
        """
        <s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code>
        <s:Reason><s:Text xml:lang="de-DE">Die Anforderung wurde abgelehnt.</s:Text></s:Reason>
        <s:Detail><CertificateEnrollmentWSDetail xmlns="%s"><ErrorCode>%d</ErrorCode><InvalidRequest>%s</InvalidRequest><RequestID>0</RequestID></CertificateEnrollmentWSDetail></s:Detail></s:Fault>"""
            .formatted(ENROLMENT, hresult, invalid));
  }

  private static PeerReply failedAuthentication() {
    return soap(
        500,
        "http://www.w3.org/2005/08/addressing/soap/fault",
        """
        <s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value xmlns:o="%s">o:FailedAuthentication</s:Value></s:Subcode></s:Code>
        <s:Reason><s:Text xml:lang="de-DE">Zugriff verweigert.</s:Text></s:Reason></s:Fault>"""
            .formatted(SECURITY));
  }

  private static PeerReply soap(int status, String action, String body) {
    String envelope =
        "<s:Envelope xmlns:s=\""
            + SOAP
            + "\" xmlns:a=\""
            + ADDRESSING
            + "\"><s:Header><a:Action s:mustUnderstand=\"1\">"
            + action
            + "</a:Action></s:Header><s:Body>"
            + body
            + "</s:Body></s:Envelope>";
    return new PeerReply(
        status,
        Map.of("Content-Type", "application/soap+xml; charset=utf-8"),
        envelope.getBytes(StandardCharsets.UTF_8));
  }
}
