package io.certferry.gateway.driver.adcs;

import io.certferry.gateway.driver.wire.Credentials;
import io.certferry.gateway.driver.wire.Soap;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;

/** Writes SOAP 1.2 requests with WS-Addressing and, where it is agreed, a user name token. */
final class SoapWriter {

  private static final String ANONYMOUS = "http://www.w3.org/2005/08/addressing/anonymous";
  private static final String PASSWORD_TEXT =
      "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"
          + "#PasswordText";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final XMLStreamWriter xml;

  private SoapWriter() throws XMLStreamException {
    xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(bytes, "UTF-8");
  }

  /** Writes what is inside the body. */
  @FunctionalInterface
  interface Content {
    void write(XMLStreamWriter xml) throws XMLStreamException;
  }

  /**
   * A whole request.
   *
   * @param credentials for a user name token; null without one
   * @throws IOException if the password cannot be read
   */
  static byte[] request(String action, URI to, @Nullable Credentials credentials, Content content)
      throws IOException {
    try {
      SoapWriter writer = new SoapWriter();
      writer.envelope(action, to, credentials, content);
      return writer.bytes.toByteArray();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("cannot write XML into memory", e);
    }
  }

  private void envelope(String action, URI to, @Nullable Credentials credentials, Content content)
      throws XMLStreamException, IOException {
    xml.writeStartDocument("UTF-8", "1.0");
    start("s", Soap.ENVELOPE, "Envelope");
    xml.writeNamespace("s", Soap.ENVELOPE);
    xml.writeNamespace("a", Soap.ADDRESSING);
    xml.writeNamespace("xsi", Soap.INSTANCE);
    start("s", Soap.ENVELOPE, "Header");
    addressing(action, to);
    if (credentials != null) {
      security(credentials);
    }
    xml.writeEndElement();
    start("s", Soap.ENVELOPE, "Body");
    content.write(xml);
    xml.writeEndElement();
    xml.writeEndElement();
    xml.writeEndDocument();
    xml.flush();
  }

  private void addressing(String action, URI to) throws XMLStreamException {
    start("a", Soap.ADDRESSING, "Action");
    xml.writeAttribute("s", Soap.ENVELOPE, "mustUnderstand", "1");
    xml.writeCharacters(action);
    xml.writeEndElement();
    element("MessageID", "urn:uuid:" + UUID.randomUUID());
    start("a", Soap.ADDRESSING, "ReplyTo");
    element("Address", ANONYMOUS);
    xml.writeEndElement();
    start("a", Soap.ADDRESSING, "To");
    xml.writeAttribute("s", Soap.ENVELOPE, "mustUnderstand", "1");
    xml.writeCharacters(to.toString());
    xml.writeEndElement();
  }

  private void element(String name, String text) throws XMLStreamException {
    start("a", Soap.ADDRESSING, name);
    xml.writeCharacters(text);
    xml.writeEndElement();
  }

  private void security(Credentials credentials) throws XMLStreamException, IOException {
    start("o", Soap.SECURITY, "Security");
    xml.writeNamespace("o", Soap.SECURITY);
    xml.writeAttribute("s", Soap.ENVELOPE, "mustUnderstand", "1");
    start("o", Soap.SECURITY, "UsernameToken");
    start("o", Soap.SECURITY, "Username");
    xml.writeCharacters(credentials.username().orElse(""));
    xml.writeEndElement();
    start("o", Soap.SECURITY, "Password");
    xml.writeAttribute("Type", PASSWORD_TEXT);
    try (SecretBytes password = credentials.password()) {
      xml.writeCharacters(
          new String(password.expose(SecretAccess.granted()), StandardCharsets.UTF_8));
    }
    xml.writeEndElement();
    xml.writeEndElement();
    xml.writeEndElement();
  }

  private void start(String prefix, String namespace, String name) throws XMLStreamException {
    xml.writeStartElement(prefix, name, namespace);
  }
}
