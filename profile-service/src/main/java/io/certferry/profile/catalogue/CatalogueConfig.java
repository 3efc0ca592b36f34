package io.certferry.profile.catalogue;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How profiles are kept known to the other services. */
@ConfigMapping(prefix = "certferry.catalogue")
public interface CatalogueConfig {

  /**
   * How often all profiles are published again from the database, which heals a lost topic; also
   * once at the start.
   */
  @WithDefault("PT1H")
  Duration republishInterval();
}
