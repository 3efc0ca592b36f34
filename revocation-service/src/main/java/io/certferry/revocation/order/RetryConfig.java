package io.certferry.revocation.order;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When an unanswered or postponed revocation is tried again. */
@ConfigMapping(prefix = "certferry.retry")
public interface RetryConfig {

  /** First pause after a command that was not answered; it doubles. */
  @WithDefault("PT30S")
  Duration first();

  /** Longest pause. */
  @WithDefault("PT10M")
  Duration longest();

  /** Pause after a CA said that it cannot revoke at all. */
  @WithDefault("PT1H")
  Duration whenCaCannot();
}
