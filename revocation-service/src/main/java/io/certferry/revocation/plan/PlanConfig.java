package io.certferry.revocation.plan;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Mass revocations. */
@ConfigMapping(prefix = "certferry.plans")
public interface PlanConfig {

  /** Whether this instance carries plans out; tests switch it off and call the step themselves. */
  @WithDefault("true")
  boolean enabled();

  /** Revocations ordered per second when the plan does not say. */
  @WithDefault("20")
  double perSecond();

  /** The most that a plan may ask for. */
  @WithDefault("200")
  double mostPerSecond();

  /** How long a plan that nobody confirmed can be confirmed. */
  @WithDefault("PT1H")
  Duration draftValidity();

  /** Certificates that a plan shows as a sample. */
  @WithDefault("10")
  int sampleSize();
}
