package io.certferry.issuance.request;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long secrets are kept that are not needed any more. */
@ConfigMapping(prefix = "certferry.retention")
public interface RetentionConfig {

  /**
   * From the installation to the destruction of the wrapped key and the package's bytes; zero is
   * allowed.
   */
  @WithDefault("PT24H")
  Duration afterInstall();
}
