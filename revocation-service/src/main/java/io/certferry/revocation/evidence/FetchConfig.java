package io.certferry.revocation.evidence;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How lists of revoked certificates are fetched and how fresh they must be. */
@ConfigMapping(prefix = "certferry.fetch")
public interface FetchConfig {

  /** Whether this instance looks at all; tests switch it off and call the step themselves. */
  @WithDefault("true")
  boolean enabled();

  /**
   * Networks (CIDR) inside which a configured host may lie although they are private, loopback or
   * link-local. Public addresses need no entry.
   */
  Optional<List<String>> allowedNetworks();

  /** Largest answer, in bytes. */
  @WithDefault("16777216")
  int maxBytes();

  /** Longest time for a connection to be made. */
  @WithDefault("PT5S")
  Duration connectTimeout();

  /** Longest time for the whole answer. */
  @WithDefault("PT30S")
  Duration timeout();

  /** PEM file with the certificates that https servers may chain to; the JDK's own when absent. */
  Optional<Path> trust();

  /** How far a CA's clock may be ahead of ours. */
  @WithDefault("PT5M")
  Duration clockSkew();

  /** Longest age of a list that does not say when the next one comes. */
  @WithDefault("P7D")
  Duration longestAge();

  /** Shortest time between two fetches from one CA. */
  @WithDefault("PT2S")
  Duration minInterval();

  /** Longest time until an accepted revocation is looked for again. */
  @WithDefault("PT5M")
  Duration longestRecheck();

  /** How often a CA's list is fetched even if nothing waits for it, so that its age is known. */
  @WithDefault("PT15M")
  Duration watchInterval();
}
