package io.certferry.revocation.dispatch;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How fast revocations go to a CA. A compromise is never held back by any of this. */
@ConfigMapping(prefix = "certferry.dispatch")
public interface DispatchConfig {

  /** Whether this instance sends at all; tests switch it off and call the step themselves. */
  @WithDefault("true")
  boolean enabled();

  /** Commands per second and CA. */
  @WithDefault("20")
  double commandsPerSecond();

  /** Commands that may wait for one CA's answer at a time. */
  @WithDefault("40")
  int inFlight();

  /** How often to look for work that nobody announced. */
  @WithDefault("PT0.5S")
  Duration pollInterval();

  /** How long a claimed row is nobody else's. */
  @WithDefault("PT30S")
  Duration lease();

  /** How long a command's signature holds; it is sent again, signed anew, before. */
  @WithDefault("PT1H")
  Duration commandValidity();
}
