package io.certferry.pki.name;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** IP addresses as text and octets; never asks a name server. */
final class IpText {
  private static final Pattern LITERAL = Pattern.compile("[0-9a-fA-F:][0-9a-fA-F:.]{1,44}");
  private static final Pattern V4 =
      Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");

  private IpText() {}

  static String canonical(String text) {
    return octets(text).map(IpText::text).orElse(text);
  }

  static Optional<byte[]> octets(String text) {
    boolean literal =
        LITERAL.matcher(text).matches() && (text.indexOf(':') >= 0 || V4.matcher(text).matches());
    try {
      // A literal of this shape is parsed, never resolved.
      return literal ? Optional.of(InetAddress.getByName(text).getAddress()) : Optional.empty();
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  static String text(byte[] octets) {
    try {
      return InetAddress.getByAddress(octets).getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("an IP address has 4 or 16 octets", e);
    }
  }
}
