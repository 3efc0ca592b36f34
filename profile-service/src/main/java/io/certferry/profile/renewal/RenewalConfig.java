package io.certferry.profile.renewal;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When certificates are renewed without their device's asking. */
@ConfigMapping(prefix = "certferry.renewal")
public interface RenewalConfig {

  /** Whether this instance's timer runs; renewal at check-ins does not depend on it. */
  @WithDefault("true")
  boolean enabled();

  /**
   * A device that was not heard of for longer waits for its next check-in and is counted as
   * dormant.
   */
  @WithDefault("P30D")
  Duration dormantAfter();

  /** How often the database is asked for renewals that are due. */
  @WithDefault("PT5S")
  Duration pollInterval();

  /** Certificates per claim. */
  @WithDefault("100")
  int batchSize();

  /** When a claim that led to nothing is looked at again. */
  @WithDefault("PT5M")
  Duration retryAfter();

  /** When a dormant device is looked at again. */
  @WithDefault("PT1H")
  Duration dormantRecheck();

  /** How long after its instant a renewal without a running attempt counts as overdue. */
  @WithDefault("PT1H")
  Duration overdueAfter();

  /** How often the gauges are read from the database. */
  @WithDefault("PT30S")
  Duration measureEvery();
}
