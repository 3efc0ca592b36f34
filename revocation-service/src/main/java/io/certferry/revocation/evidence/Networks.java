package io.certferry.revocation.evidence;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Which addresses may be contacted: public ones, and those in networks that the operator named. */
final class Networks {

  private static final int BYTE = 8;
  private static final int SHARED_FIRST = 100;
  private static final int SHARED_FROM = 64;
  private static final int SHARED_TO = 127;

  private final List<Network> allowed;

  private Networks(List<Network> allowed) {
    this.allowed = List.copyOf(allowed);
  }

  /**
   * @param cidrs such as {@code 10.0.0.0/8} or {@code fd00::/8}
   * @throws IllegalArgumentException for one that is no network
   */
  static Networks allowing(List<String> cidrs) {
    return new Networks(cidrs.stream().map(Network::parse).toList());
  }

  boolean allows(InetAddress address) {
    return isPublic(address) || allowed.stream().anyMatch(network -> network.contains(address));
  }

  private static boolean isPublic(InetAddress address) {
    return !address.isAnyLocalAddress()
        && !address.isLoopbackAddress()
        && !address.isLinkLocalAddress()
        && !address.isSiteLocalAddress()
        && !address.isMulticastAddress()
        && !isSpecial(address.getAddress());
  }

  /** What the JDK has no question for: shared (RFC 6598), this network, broadcast, unique local. */
  private static boolean isSpecial(byte[] address) {
    int first = address[0] & 0xff;
    int second = address[1] & 0xff;
    if (address.length == 4) {
      return first == 0
          || first >= 240
          || (first == SHARED_FIRST && second >= SHARED_FROM && second <= SHARED_TO)
          || (first == 192 && second == 0 && address[2] == 0)
          || (first == 198 && (second == 18 || second == 19));
    }
    boolean uniqueLocal = (first & 0xfe) == 0xfc;
    boolean translated = first == 0x00 && second == 0x64 && (address[2] & 0xff) == 0xff;
    return uniqueLocal || translated;
  }

  private record Network(byte[] prefix, int bits) {

    static Network parse(String cidr) {
      String[] parts = cidr.strip().split("/", 2);
      try {
        if (!parts[0].matches("[0-9a-fA-F:.]+")) {
          throw new IllegalArgumentException("not a network: " + cidr);
        }
        byte[] prefix = InetAddress.getByName(parts[0]).getAddress();
        int bits = parts.length == 1 ? prefix.length * BYTE : Integer.parseInt(parts[1]);
        if (bits < 0 || bits > prefix.length * BYTE) {
          throw new IllegalArgumentException("not a network: " + cidr);
        }
        return new Network(prefix, bits);
      } catch (UnknownHostException | NumberFormatException e) {
        throw new IllegalArgumentException("not a network: " + cidr, e);
      }
    }

    boolean contains(InetAddress address) {
      byte[] bytes = address.getAddress();
      if (bytes.length != prefix.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >>> (bit % BYTE);
        if ((bytes[bit / BYTE] & mask) != (prefix[bit / BYTE] & mask)) {
          return false;
        }
      }
      return true;
    }
  }
}
