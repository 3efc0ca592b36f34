package io.certferry.profile.enrolment;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When a command that shows no progress is sent again. */
@ConfigMapping(prefix = "certferry.enrolment")
public interface EnrolmentConfig {

  /** First wait for progress; it doubles with each time. */
  @WithDefault("PT30S")
  Duration resendAfter();

  /** Longest wait. */
  @WithDefault("PT10M")
  Duration resendAtMost();

  /**
   * How long an offered package may wait for its device before issuance-service is asked how it
   * stands.
   */
  @WithDefault("PT6H")
  Duration offeredResendAfter();

  /** How often the database is asked for commands that are due. */
  @WithDefault("PT1S")
  Duration resendPollInterval();

  /** Commands per claim. */
  @WithDefault("200")
  int resendBatchSize();
}
