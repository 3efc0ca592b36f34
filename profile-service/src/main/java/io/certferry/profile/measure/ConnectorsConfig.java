package io.certferry.profile.measure;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When connectors count. */
@ConfigMapping(prefix = "certferry.connectors")
public interface ConnectorsConfig {

  /** A connector that has not reported for so long serves no CA; it reports every ten seconds. */
  @WithDefault("PT1M")
  Duration silentAfter();
}
