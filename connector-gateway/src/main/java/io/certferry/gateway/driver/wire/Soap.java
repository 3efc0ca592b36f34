package io.certferry.gateway.driver.wire;

import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** SOAP 1.2 answers, read as a stranger's XML: no DTD, no entity, nothing fetched. */
public final class Soap {

  public static final String ENVELOPE = "http://www.w3.org/2003/05/soap-envelope";
  public static final String ADDRESSING = "http://www.w3.org/2005/08/addressing";
  public static final String SECURITY =
      "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
  public static final String UTILITY =
      "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
  public static final String TRUST = "http://docs.oasis-open.org/ws-sx/ws-trust/200512";
  public static final String ENROLMENT =
      "http://schemas.microsoft.com/windows/pki/2009/01/enrollment";
  public static final String POLICY =
      "http://schemas.microsoft.com/windows/pki/2009/01/enrollmentpolicy";
  public static final String AUTHORIZATION = "http://schemas.xmlsoap.org/ws/2006/12/authorization";
  public static final String INSTANCE = "http://www.w3.org/2001/XMLSchema-instance";
  public static final String CONTENT_TYPE = "application/soap+xml; charset=utf-8";

  private Soap() {}

  /**
   * The first element inside the body.
   *
   * @throws PkiException MALFORMED if it is not a SOAP 1.2 envelope
   */
  public static Element body(byte[] message) {
    Element envelope = parse(message);
    if (!is(envelope, ENVELOPE, "Envelope")) {
      throw new PkiException(Reason.MALFORMED, "not a SOAP envelope");
    }
    return child(envelope, ENVELOPE, "Body")
        .flatMap(body -> children(body).stream().findFirst())
        .orElseThrow(() -> new PkiException(Reason.MALFORMED, "an empty SOAP body"));
  }

  /**
   * The root of a document.
   *
   * @throws PkiException MALFORMED if it is not XML, or has a DTD
   */
  public static Element parse(byte[] xml) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setXIncludeAware(false);
      factory.setExpandEntityReferences(false);
      DocumentBuilder builder = factory.newDocumentBuilder();
      builder.setErrorHandler(new DefaultHandler());
      return builder.parse(new ByteArrayInputStream(xml)).getDocumentElement();
    } catch (SAXException | IOException e) {
      throw new PkiException(Reason.MALFORMED, "not the XML that is expected", e);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException(e);
    }
  }

  public static boolean is(Element element, String namespace, String name) {
    return namespace.equals(element.getNamespaceURI()) && name.equals(element.getLocalName());
  }

  public static List<Element> children(Element parent) {
    List<Element> elements = new ArrayList<>();
    NodeList nodes = parent.getChildNodes();
    for (int i = 0; i < nodes.getLength(); i++) {
      Node node = nodes.item(i);
      if (node instanceof Element element) {
        elements.add(element);
      }
    }
    return elements;
  }

  public static List<Element> children(Element parent, String namespace, String name) {
    return children(parent).stream().filter(child -> is(child, namespace, name)).toList();
  }

  public static Optional<Element> child(Element parent, String namespace, String name) {
    return children(parent, namespace, name).stream().findFirst();
  }

  /** A way of names in one namespace. */
  public static Optional<Element> path(Element from, String namespace, String... names) {
    Optional<Element> at = Optional.of(from);
    for (String name : names) {
      at = at.flatMap(element -> child(element, namespace, name));
    }
    return at;
  }

  /** The text of a child; empty if there is none. */
  public static String text(Element parent, String namespace, String... names) {
    return path(parent, namespace, names)
        .map(element -> element.getTextContent().strip())
        .orElse("");
  }
}
