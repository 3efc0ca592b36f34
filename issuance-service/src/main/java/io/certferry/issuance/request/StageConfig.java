package io.certferry.issuance.request;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the two stages that compute are run; each instance competes with the others for rows. */
@ConfigMapping(prefix = "certferry.stage")
public interface StageConfig {

  /** Verifying grants, making keys and CSRs. */
  Loop key();

  /** Checking certificates, building packages. */
  Loop packaging();

  /** One loop. */
  interface Loop {

    /** Whether this instance takes part. */
    @WithDefault("true")
    boolean enabled();

    /** Worker threads. */
    @WithDefault("2")
    int threads();

    /** Most rows per claim; small, so that instances share evenly. */
    @WithDefault("16")
    int batchSize();

    /**
     * A claim that takes longer hands back what it has not begun; claims are as large as is
     * expected to fit half of it.
     */
    @WithDefault("PT0.25S")
    Duration budget();

    /** How often rows are looked for that nobody announced. */
    @WithDefault("PT0.1S")
    Duration pollInterval();
  }
}
