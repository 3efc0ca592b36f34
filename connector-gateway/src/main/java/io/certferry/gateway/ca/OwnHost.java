package io.certferry.gateway.ca;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The names of the host that this connector runs on. It must not be the host that issues: whoever
 * breaks into one would have both. The built-in CA is the one exception, and its status says so.
 *
 * @param names in lower case
 */
record OwnHost(Set<String> names) {

  private static final Set<String> SAY_NOTHING = Set.of("localhost", "localhost.localdomain");

  /** As the operating system tells it, and as the operator adds. */
  static OwnHost of(Set<String> configured) {
    Set<String> names = new TreeSet<>();
    configured.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    try {
      InetAddress here = InetAddress.getLocalHost();
      Stream.of(here.getHostName(), here.getCanonicalHostName())
          .map(name -> name.toLowerCase(Locale.ROOT))
          .filter(name -> !SAY_NOTHING.contains(name) && !name.equals(here.getHostAddress()))
          .forEach(names::add);
    } catch (UnknownHostException e) {
      return new OwnHost(Set.copyOf(names));
    }
    return new OwnHost(Set.copyOf(names));
  }

  /** Whether an address is on this host, by its name. */
  boolean is(URI url) {
    return url.getHost() != null && names.contains(url.getHost().toLowerCase(Locale.ROOT));
  }
}
