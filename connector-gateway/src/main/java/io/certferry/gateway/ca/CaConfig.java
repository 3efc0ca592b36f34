package io.certferry.gateway.ca;

import io.certferry.gateway.driver.DriverConfig;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithDefaults;
import io.smallrye.config.WithParentName;
import java.time.Duration;
import java.util.Map;

/**
 * How the CAs of {@code certferry.connector.cas} are reached; a CA that is not named here has the
 * defaults.
 */
@ConfigMapping(prefix = "certferry.ca")
public interface CaConfig {

  /** By CA id. */
  @WithParentName
  @WithDefaults
  Map<String, Ca> cas();

  /** One CA; what only foreign CAs need is in {@link DriverConfig}. */
  interface Ca extends DriverConfig {

    /** Kind of driver: builtin, est, scep, cmp, cfssl, adcs. */
    @WithDefault("builtin")
    String driver();

    /** Calls at once. */
    @WithDefault("8")
    int maxConcurrency();

    /** The longest that one call may take; the driver's own time-outs are shorter. */
    @WithDefault("PT20S")
    Duration callTimeout();

    /** How long a claimed command stays ours; at least three times the call time-out. */
    @WithDefault("PT60S")
    Duration lease();

    /**
     * Consecutive failed calls after which the CA is left alone but for one call per probe
     * interval.
     */
    @WithDefault("5")
    int breakAfter();

    /** How often a CA that is down is tried. */
    @WithDefault("PT30S")
    Duration probeInterval();
  }
}
