package io.certferry.testkit.peer;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What goes out. */
public record PeerReply(int status, Map<String, String> headers, byte[] body) {

  public PeerReply {
    headers = Map.copyOf(headers);
  }

  public static PeerReply of(int status, String contentType, byte[] body) {
    return new PeerReply(status, Map.of("Content-Type", contentType), body);
  }

  public static PeerReply text(int status, String text) {
    return of(status, "text/plain", text.getBytes(StandardCharsets.UTF_8));
  }

  /** The CA fell silent: the connection breaks. */
  public static PeerReply silence() {
    return new PeerReply(0, Map.of(), new byte[0]);
  }

  public PeerReply with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new PeerReply(status, more, body);
  }
}
