package io.certferry.profile.checkin;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How check-ins are taken. */
@ConfigMapping(prefix = "certferry.checkin")
public interface CheckInConfig {

  /** How far in the future a report may lie, for clocks that are not set well. */
  @WithDefault("PT5M")
  Duration clockSkew();

  /** A device that was seen within this time is not noted as seen again. */
  @WithDefault("PT1M")
  Duration lastSeenGranularity();

  /** How often noted times are written. */
  @WithDefault("PT5S")
  Duration lastSeenFlushInterval();

  /**
   * Most noted times that wait to be written; more are dropped, as the next check-in brings
   * another.
   */
  @WithDefault("100000")
  int lastSeenMostWaiting();

  /**
   * How often an evaluation begins again because the device changed meanwhile, before the caller is
   * told to come back.
   */
  @WithDefault("5")
  int attempts();
}
