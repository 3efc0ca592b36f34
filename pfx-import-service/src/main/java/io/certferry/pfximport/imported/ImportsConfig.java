package io.certferry.pfximport.imported;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How imports are kept and watched. */
@ConfigMapping(prefix = "certferry.imports")
public interface ImportsConfig {

  /** How long before its end a certificate without a successor is told of. */
  @WithDefault("P30D")
  Duration expiryWarning();

  /** How often the gauges of imports are counted. */
  @WithDefault("PT1M")
  Duration gaugeEvery();

  /** Imports sealed anew per transaction after a rotation. */
  @WithDefault("50")
  int rewrapBatch();

  /** How often imports under older keys are looked for without a rotation here telling of them. */
  @WithDefault("PT30S")
  Duration rewrapPoll();
}
