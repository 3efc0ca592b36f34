package io.certferry.testkit.peer;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/** XML as a client must send it: with namespaces, without a DTD. */
final class StrictXml {

  private StrictXml() {}

  /**
   * @throws Complaint when it is none
   */
  static Element parse(byte[] body) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      return factory
          .newDocumentBuilder()
          .parse(new ByteArrayInputStream(body))
          .getDocumentElement();
    } catch (SAXException | IOException e) {
      throw new Complaint("broken: XML");
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException(e);
    }
  }
}
