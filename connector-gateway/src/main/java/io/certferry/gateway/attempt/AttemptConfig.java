package io.certferry.gateway.attempt;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How commands are worked on. This is the only layer that retries. */
@ConfigMapping(prefix = "certferry.attempt")
public interface AttemptConfig {

  /** Whether this instance works on commands at all; tests switch it off. */
  @WithDefault("true")
  boolean enabled();

  /** How long claimable rows that nobody announced may wait to be looked at. */
  @WithDefault("PT0.2S")
  Duration pollInterval();

  /** How often waiting rows are woken, lost leases found and deadlines looked at. */
  @WithDefault("PT0.5S")
  Duration sweepInterval();

  /** Outcomes per transaction. */
  @WithDefault("128")
  int outcomeGroup();

  /** First pause after a call that came to nothing; doubles, with full jitter. */
  @WithDefault("PT2S")
  Duration retryFirst();

  /** Longest pause after calls that came to nothing. */
  @WithDefault("PT30M")
  Duration retryLongest();

  /** First pause before a pending request is asked about. */
  @WithDefault("PT1M")
  Duration pendingFirst();

  /** Longest pause between questions about a pending request. */
  @WithDefault("PT1H")
  Duration pendingLongest();

  /** First pause before an unknown outcome is looked into; doubles. */
  @WithDefault("PT1S")
  Duration reconcileFirst();

  /** Longest pause between looks. */
  @WithDefault("PT5M")
  Duration reconcileLongest();

  /** After so many certificates of another key the request is given up. */
  @WithDefault("3")
  int wrongAnswers();
}
