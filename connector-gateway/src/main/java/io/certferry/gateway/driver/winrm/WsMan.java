package io.certferry.gateway.driver.winrm;

import io.certferry.gateway.driver.wire.Soap;
import io.certferry.pki.PkiException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.w3c.dom.Element;

/**
 * WS-Management messages of the shell protocol (MS-WSMV 3.1.4.5).
 *
 * @param url the listener
 * @param resource the session configuration
 * @param timeout seconds that the server may hold back an answer
 */
record WsMan(URI url, String resource, long timeout) {

  static final String CONTENT_TYPE = "application/soap+xml;charset=UTF-8";
  static final String TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer";
  static final String SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell";
  static final String POWERSHELL = "http://schemas.microsoft.com/powershell";

  private static final String ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing";
  private static final String MANAGEMENT = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd";
  private static final String MICROSOFT = "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd";
  private static final String FAULT = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault";
  private static final String NOTHING_YET = "2150858793";
  private static final String KEEP_ALIVE =
      "<w:OptionSet><w:Option Name=\"WSMAN_CMDSHELL_OPTION_KEEPALIVE\">TRUE</w:Option></w:OptionSet>";

  byte[] create(UUID pool, byte[] opening) {
    return envelope(
        TRANSFER + "/Create",
        "<w:OptionSet s:mustUnderstand=\"true\"><w:Option Name=\"protocolversion\""
            + " MustComply=\"true\">2.2</w:Option></w:OptionSet>",
        "<rsp:Shell ShellId=\"%s\"><rsp:InputStreams>stdin pr</rsp:InputStreams><rsp:OutputStreams>stdout</rsp:OutputStreams><creationXml xmlns=\"%s\">%s</creationXml></rsp:Shell>"
            .formatted(text(pool), POWERSHELL, base64(opening)));
  }

  byte[] command(String shell, UUID pipeline, byte[] opening) {
    return envelope(
        SHELL + "/Command",
        selector(shell),
        "<rsp:CommandLine CommandId=\"%s\"><rsp:Command/><rsp:Arguments>%s</rsp:Arguments></rsp:CommandLine>"
            .formatted(text(pipeline), base64(opening)));
  }

  byte[] receive(String shell, Optional<UUID> pipeline) {
    String command = pipeline.map(id -> " CommandId=\"" + text(id) + "\"").orElse("");
    return envelope(
        SHELL + "/Receive",
        selector(shell) + KEEP_ALIVE,
        "<rsp:Receive><rsp:DesiredStream" + command + ">stdout</rsp:DesiredStream></rsp:Receive>");
  }

  byte[] delete(String shell) {
    return envelope(TRANSFER + "/Delete", selector(shell), "");
  }

  private static String text(UUID id) {
    return id.toString().toUpperCase(java.util.Locale.ROOT);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String selector(String shell) {
    return "<w:SelectorSet><w:Selector Name=\"ShellId\">" + shell + "</w:Selector></w:SelectorSet>";
  }

  private byte[] envelope(String action, String header, String body) {
    return """
        <s:Envelope xmlns:s="%s" xmlns:a="%s" xmlns:w="%s" xmlns:p="%s" xmlns:rsp="%s">\
        <s:Header><a:To>%s</a:To><a:ReplyTo><a:Address s:mustUnderstand="true">%s/role/anonymous</a:Address></a:ReplyTo>\
        <a:Action s:mustUnderstand="true">%s</a:Action><a:MessageID>uuid:%s</a:MessageID>\
        <w:ResourceURI s:mustUnderstand="true">%s/%s</w:ResourceURI>\
        <w:MaxEnvelopeSize s:mustUnderstand="true">153600</w:MaxEnvelopeSize>\
        <w:Locale xml:lang="en-US" s:mustUnderstand="false"/><p:DataLocale xml:lang="en-US" s:mustUnderstand="false"/>\
        <w:OperationTimeout>PT%dS</w:OperationTimeout>%s</s:Header><s:Body>%s</s:Body></s:Envelope>"""
        .formatted(
            Soap.ENVELOPE,
            ADDRESSING,
            MANAGEMENT,
            MICROSOFT,
            SHELL,
            url,
            ADDRESSING,
            action,
            text(UUID.randomUUID()),
            POWERSHELL,
            resource,
            timeout,
            header,
            body)
        .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The shell that was made.
   *
   * @throws PkiException MALFORMED if the answer does not tell
   */
  static String shell(byte[] answer) {
    String id = find(Soap.parse(answer), "Selector");
    if (!id.matches("[0-9A-Fa-f-]{36}")) {
      throw new PkiException(PkiException.Reason.MALFORMED, "no shell id");
    }
    return id;
  }

  private static String find(Element from, String name) {
    if (from.getLocalName().equals(name)) {
      return from.getTextContent().strip();
    }
    return Soap.children(from).stream()
        .map(child -> find(child, name))
        .filter(text -> !text.isEmpty())
        .findFirst()
        .orElse("");
  }

  /** What a Receive brought. */
  static List<byte[]> streams(byte[] answer) {
    Element response = Soap.body(answer);
    if (!Soap.is(response, SHELL, "ReceiveResponse")) {
      throw new PkiException(PkiException.Reason.MALFORMED, "not an answer to Receive");
    }
    List<byte[]> streams = new ArrayList<>();
    for (Element stream : Soap.children(response, SHELL, "Stream")) {
      streams.add(Base64.getMimeDecoder().decode(stream.getTextContent()));
    }
    return streams;
  }

  /** The code of a fault; empty if the message is none, or has none. */
  static Optional<String> fault(byte[] answer) {
    Element body = Soap.parse(answer);
    return Soap.child(body, Soap.ENVELOPE, "Body")
        .flatMap(found -> Soap.child(found, Soap.ENVELOPE, "Fault"))
        .map(
            fault ->
                Soap.child(fault, Soap.ENVELOPE, "Detail")
                    .flatMap(detail -> Soap.child(detail, FAULT, "WSManFault"))
                    .map(code -> code.getAttribute("Code"))
                    .orElse(""));
  }

  /** The server had nothing to say within its time: ask again. */
  static boolean isNothingYet(String code) {
    return code.equals(NOTHING_YET);
  }
}
