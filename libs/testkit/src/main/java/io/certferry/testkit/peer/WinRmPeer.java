package io.certferry.testkit.peer;

import static io.certferry.testkit.peer.Complaint.check;

import io.certferry.testkit.ca.LyingCa;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * A constrained PowerShell endpoint behind WinRM, as an administrator of an AD CS CA would make it:
 * the session configuration {@link #CONFIGURATION} with the one command {@code
 * Revoke-CertferryCertificate} and no language. Checks what MS-WSMV and MS-PSRP demand of clients,
 * cuts its answers into small fragments, and lets a client ask twice.
 */
public final class WinRmPeer implements Function<PeerRequest, PeerReply> {

  public static final String CONFIGURATION = "Certferry";

  private static final String SOAP = "http://www.w3.org/2003/05/soap-envelope";
  private static final String ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing";
  private static final String MANAGEMENT = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd";
  private static final String SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell";
  private static final String TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer";
  private static final String POWERSHELL = "http://schemas.microsoft.com/powershell";
  private static final String MUTUAL =
      "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual";
  private static final String NOTHING_YET = "2150858793";
  private static final String NO_SUCH_RESOURCE = "2150858752";

  private static final int HEADER = 21;
  private static final int MESSAGE_HEADER = 40;
  private static final int PIECE = 50;
  private static final int COMPLETED = 4;
  private static final int FAILED = 5;

  private static final Pattern COMMAND = Pattern.compile("<S N=\"Cmd\">([^<]*)</S>");
  private static final Pattern SCRIPT = Pattern.compile("<B N=\"IsScript\">true</B>");
  private static final Pattern ARGUMENT =
      Pattern.compile("<S N=\"N\">-([^<]*)</S><S N=\"V\">([^<]*)</S>");

  private final LyingCa ca;
  private final String user;
  private final String password;
  private final Map<String, Queue<byte[]>> streams = new ConcurrentHashMap<>();
  private final List<String> codes = new CopyOnWriteArrayList<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final List<Map<String, String>> revocations = new CopyOnWriteArrayList<>();
  private long objects = 1;

  public WinRmPeer(LyingCa ca, String user, String password) {
    this.ca = ca;
    this.user = user;
    this.password = password;
  }

  /** certutil ends the next time with this code, eight hexadecimal digits, and does nothing. */
  public void endNextWith(String code) {
    codes.add(code);
  }

  /** Everything that a client did against the specifications. */
  public List<String> complaints() {
    return complaints;
  }

  /** The arguments of each command, oldest first. */
  public List<Map<String, String>> revocations() {
    return revocations;
  }

  /** Shells that nobody deleted. */
  public int openShells() {
    return streams.size();
  }

  @Override
  public PeerReply apply(PeerRequest request) {
    try {
      check(request.method().equals("POST"), "POST");
      if (!isKnown(request)) {
        return PeerReply.text(401, "").with("WWW-Authenticate", "Basic realm=\"WSMAN\"");
      }
      return answer(StrictXml.parse(request.body()));
    } catch (Complaint e) {
      complaints.add(String.valueOf(e.getMessage()));
      return PeerReply.text(400, String.valueOf(e.getMessage()));
    }
  }

  /** With a client certificate WinRM wants to be told so in a header. */
  private boolean isKnown(PeerRequest request) {
    String header = String.valueOf(request.headers().get("authorization"));
    String basic =
        Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    return header.equals("Basic " + basic)
        || (request.client().equals(user)
            && (header.equals(MUTUAL) || header.startsWith("Negotiate ")));
  }

  private synchronized PeerReply answer(Element envelope) {
    check(text(envelope, ADDRESSING, "MessageID").startsWith("uuid:"), "MessageID");
    check(text(envelope, MANAGEMENT, "OperationTimeout").matches("PT\\d+S"), "OperationTimeout");
    check(Integer.parseInt(text(envelope, MANAGEMENT, "MaxEnvelopeSize")) > 0, "MaxEnvelopeSize");
    check(!text(envelope, ADDRESSING, "To").isEmpty(), "To");
    if (!text(envelope, MANAGEMENT, "ResourceURI").equals(POWERSHELL + "/" + CONFIGURATION)) {
      return fault(NO_SUCH_RESOURCE);
    }
    return switch (text(envelope, ADDRESSING, "Action")) {
      case TRANSFER + "/Create" -> create(envelope);
      case SHELL + "/Command" -> command(envelope);
      case SHELL + "/Receive" -> receive(envelope);
      case TRANSFER + "/Delete" -> delete(envelope);
      default -> throw new Complaint("broken: an Action of the shell protocol");
    };
  }

  private PeerReply create(Element envelope) {
    check(
        text(envelope, SHELL, "InputStreams").equals("stdin pr")
            && text(envelope, SHELL, "OutputStreams").equals("stdout"),
        "the streams of PowerShell");
    String shell = element(envelope, SHELL, "Shell").getAttribute("ShellId");
    List<Received> messages = messages(text(envelope, POWERSHELL, "creationXml"));
    check(messages.size() == 2, "SESSION_CAPABILITY and INIT_RUNSPACEPOOL");
    check(messages.get(0).type() == 0x00010002, "SESSION_CAPABILITY first");
    check(messages.get(0).content().contains("N=\"protocolversion\">2."), "protocolversion");
    check(messages.get(1).type() == 0x00010004, "INIT_RUNSPACEPOOL");
    check(messages.get(1).content().contains("N=\"MinRunspaces\">1"), "MinRunspaces");
    check(messages.get(1).content().contains("N=\"HostInfo\""), "HostInfo");
    check(
        messages.stream().allMatch(message -> message.pool().equalsIgnoreCase(guid(shell))),
        "the pool's id is the shell's");
    Queue<byte[]> stream = new ArrayDeque<>();
    streams.put(shell, stream);
    stream.add(new byte[0]);
    send(stream, 0x00010002, messages.get(0).content());
    send(stream, 0x00021005, "<Obj RefId=\"0\"><MS><I32 N=\"RunspaceState\">2</I32></MS></Obj>");
    return soap(
        200,
        "<x:ResourceCreated xmlns:x=\"http://schemas.xmlsoap.org/ws/2004/09/transfer\"><a:Address>https://localhost/wsman</a:Address><a:ReferenceParameters><w:SelectorSet><w:Selector Name=\"ShellId\">%s</w:Selector></w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>"
            .formatted(shell));
  }

  private Queue<byte[]> stream(Element envelope) {
    Queue<byte[]> stream = streams.get(text(envelope, MANAGEMENT, "Selector"));
    check(stream != null, "the ShellId of an open shell");
    return java.util.Objects.requireNonNull(stream);
  }

  private PeerReply command(Element envelope) {
    Queue<byte[]> stream = stream(envelope);
    List<Received> messages = messages(text(envelope, SHELL, "Arguments"));
    check(messages.size() == 1 && messages.get(0).type() == 0x00021006, "CREATE_PIPELINE");
    String pipeline = messages.get(0).content();
    StrictXml.parse(pipeline.getBytes(StandardCharsets.UTF_8));
    check(!SCRIPT.matcher(pipeline).find(), "no script in a session without language");
    Matcher command = COMMAND.matcher(pipeline);
    check(command.find(), "a command");
    run(command.group(1), arguments(pipeline), stream);
    return soap(
        200,
        "<rsp:CommandResponse><rsp:CommandId>"
            + element(envelope, SHELL, "CommandLine").getAttribute("CommandId")
            + "</rsp:CommandId></rsp:CommandResponse>");
  }

  private static Map<String, String> arguments(String pipeline) {
    Map<String, String> arguments = new java.util.LinkedHashMap<>();
    Matcher argument = ARGUMENT.matcher(pipeline);
    while (argument.find()) {
      arguments.put(argument.group(1), argument.group(2));
    }
    return arguments;
  }

  private void run(String command, Map<String, String> arguments, Queue<byte[]> stream) {
    switch (command) {
      case "Get-Command" -> {
        send(
            stream,
            0x00041004,
            "<Obj RefId=\"0\"><ToString>" + arguments.get("Name") + "</ToString></Obj>");
        end(stream, COMPLETED);
      }
      case "Revoke-CertferryCertificate" -> {
        check(
            arguments.getOrDefault("Serial", "").matches("([0-9a-f]{2}){1,20}"),
            "an even number of hexadecimal digits");
        check(arguments.getOrDefault("Reason", "").matches("[0-6]"), "a reason of 0 to 6");
        revocations.add(arguments);
        send(stream, 0x00041004, "<S>" + certutil(arguments.getOrDefault("Serial", "")) + "</S>");
        end(stream, COMPLETED);
      }
      default -> end(stream, FAILED);
    }
  }

  private String certutil(String serial) {
    if (!codes.isEmpty()) {
      return codes.remove(0);
    }
    return ca.revoke(serial.replaceFirst("^0(?=.)", "")) || ca.revoke(serial)
        ? "00000000"
        : "80094004";
  }

  private void end(Queue<byte[]> stream, int state) {
    send(
        stream,
        0x00041006,
        "<Obj RefId=\"0\"><MS><I32 N=\"PipelineState\">" + state + "</I32></MS></Obj>");
  }

  private PeerReply receive(Element envelope) {
    byte[] next = stream(envelope).poll();
    if (next == null || next.length == 0) {
      return fault(NOTHING_YET);
    }
    return soap(
        200,
        "<rsp:ReceiveResponse><rsp:Stream Name=\"stdout\">"
            + Base64.getMimeEncoder().encodeToString(next)
            + "</rsp:Stream></rsp:ReceiveResponse>");
  }

  private PeerReply delete(Element envelope) {
    Queue<byte[]> unused = stream(envelope);
    streams.remove(text(envelope, MANAGEMENT, "Selector"));
    return soap(200, "");
  }

  private record Received(int type, String pool, String content) {}

  private static List<Received> messages(String base64) {
    ByteBuffer from = ByteBuffer.wrap(Base64.getDecoder().decode(base64));
    List<Received> messages = new ArrayList<>();
    long last = 0;
    while (from.hasRemaining()) {
      check(from.remaining() > HEADER + MESSAGE_HEADER, "a whole fragment");
      long object = from.getLong();
      check(object > last, "object ids that grow");
      last = object;
      check(from.getLong() == 0, "fragment 0");
      check(from.get() == 3, "start and end");
      byte[] blob = new byte[from.getInt()];
      from.get(blob);
      messages.add(message(blob));
    }
    return messages;
  }

  private static Received message(byte[] blob) {
    ByteBuffer header = ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN);
    check(header.getInt() == 2, "a message for the server");
    int type = header.getInt();
    byte[] pool = new byte[16];
    header.get(pool);
    return new Received(
        type,
        java.util.HexFormat.of().formatHex(pool),
        new String(blob, MESSAGE_HEADER, blob.length - MESSAGE_HEADER, StandardCharsets.UTF_8));
  }

  /** A GUID as its bytes lie on the wire: the first three groups turned round. */
  private static String guid(String text) {
    String hex = text.replace("-", "");
    check(hex.matches("[0-9A-Fa-f]{32}"), "a GUID");
    StringBuilder turned = new StringBuilder();
    for (int[] group : new int[][] {{0, 8}, {8, 12}, {12, 16}}) {
      for (int at = group[1] - 2; at >= group[0]; at -= 2) {
        turned.append(hex, at, at + 2);
      }
    }
    return turned.append(hex.substring(16)).toString();
  }

  /** In pieces of {@link #PIECE} bytes, so that fragments are put together. */
  private void send(Queue<byte[]> stream, int type, String content) {
    byte[] text = ("\uFEFF" + content).getBytes(StandardCharsets.UTF_8);
    ByteBuffer message =
        ByteBuffer.allocate(MESSAGE_HEADER + text.length).order(ByteOrder.LITTLE_ENDIAN);
    message.putInt(1).putInt(type).position(MESSAGE_HEADER);
    byte[] blob = message.put(text).array();
    long object = objects++;
    for (int at = 0, number = 0; at < blob.length; at += PIECE, number++) {
      int length = Math.min(PIECE, blob.length - at);
      int flags = (at == 0 ? 1 : 0) | (at + length == blob.length ? 2 : 0);
      ByteBuffer fragment = ByteBuffer.allocate(HEADER + length);
      fragment.putLong(object).putLong(number).put((byte) flags).putInt(length);
      stream.add(fragment.put(blob, at, length).array());
    }
  }

  private static Element element(Element envelope, String namespace, String name) {
    NodeList found = envelope.getElementsByTagNameNS(namespace, name);
    check(found.getLength() == 1, "exactly one " + name);
    return (Element) found.item(0);
  }

  private static String text(Element envelope, String namespace, String name) {
    return element(envelope, namespace, name).getTextContent();
  }

  private static PeerReply fault(String code) {
    return soap(
        500,
        "<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text xml:lang=\"de-DE\">Fehler.</s:Text></s:Reason><s:Detail><f:WSManFault xmlns:f=\"http://schemas.microsoft.com/wbem/wsman/1/wsmanfault\" Code=\"%s\" Machine=\"ca1\"/></s:Detail></s:Fault>"
            .formatted(code));
  }

  private static PeerReply soap(int status, String body) {
    String envelope =
        "<s:Envelope xmlns:s=\"%s\" xmlns:a=\"%s\" xmlns:w=\"%s\" xmlns:rsp=\"%s\"><s:Header/><s:Body>%s</s:Body></s:Envelope>"
            .formatted(SOAP, ADDRESSING, MANAGEMENT, SHELL, body);
    return PeerReply.of(
        status, "application/soap+xml;charset=UTF-8", envelope.getBytes(StandardCharsets.UTF_8));
  }
}
