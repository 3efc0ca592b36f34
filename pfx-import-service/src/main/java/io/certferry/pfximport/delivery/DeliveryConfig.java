package io.certferry.pfximport.delivery;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How deliveries are worked on. */
@ConfigMapping(prefix = "certferry.deliveries")
public interface DeliveryConfig {

  /** Threads that open and package; zero switches the work off in this instance. */
  @WithDefault("2")
  int workers();

  /** Deliveries that one thread claims at once, at most one for each user and turn. */
  @WithDefault("4")
  int claim();

  /** How long a claim holds; longer than the worst file and the slowest handover take. */
  @WithDefault("PT30S")
  Duration lease();

  /** How often rows are looked for without a nudge. */
  @WithDefault("PT0.5S")
  Duration poll();

  /** First wait after a handover or a key store that did not answer. */
  @WithDefault("PT0.5S")
  Duration firstBackoff();

  /** Longest such wait. */
  @WithDefault("PT1M")
  Duration longestBackoff();

  /** Claims that may end without any outcome, as when the process died, before a delivery fails. */
  @WithDefault("5")
  int tries();

  /** How long the sealed bytes stay after the handover, to be handed over again if asked for. */
  @WithDefault("P30D")
  Duration keep();
}
