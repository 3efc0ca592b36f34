package io.certferry.issuance.key;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;

/** Keys made in idle time. */
@ConfigMapping(prefix = "certferry.key-pool")
public interface KeyPoolConfig {

  /**
   * Whether this instance fills the pool; all instances use what is in it as long as a target is
   * set.
   */
  @WithDefault("true")
  boolean fill();

  /**
   * How many keys of a kind ({@code RSA-2048}, {@code EC-256} …) shall wait; kinds without an entry
   * are made when needed.
   */
  Map<String, Integer> target();

  /** A key that waited longer is thrown away. */
  @WithDefault("P1D")
  Duration maxAge();

  /** How long the key stage must have been idle before a key is made. */
  @WithDefault("PT0.5S")
  Duration idleFor();

  /** How often the level is looked at. */
  @WithDefault("PT0.5S")
  Duration pollInterval();
}
