package io.certferry.messaging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How consumers retry. */
@ConfigMapping(prefix = "certferry.intake")
public interface IntakeConfig {

  /**
   * How often a record that fails for its own sake is tried, alone, before it goes to the dead
   * letters.
   */
  @WithDefault("5")
  int attempts();

  /** First pause between tries; it doubles, with jitter. */
  @WithDefault("PT0.1S")
  Duration firstBackoff();

  /** Longest pause between tries while the database is away. */
  @WithDefault("PT5S")
  Duration longestBackoff();
}
