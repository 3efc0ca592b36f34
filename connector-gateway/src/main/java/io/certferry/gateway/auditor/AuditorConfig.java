package io.certferry.gateway.auditor;

import io.certferry.gateway.driver.DriverConfig;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;

/** When the auditor looks, and as whom. */
@ConfigMapping(prefix = "certferry.auditor")
public interface AuditorConfig {

  /** How often what a CA lists is compared with the ledger; zero: only on demand. */
  @WithDefault("PT1M")
  Duration interval();

  /** How far back the first comparison after a start looks. */
  @WithDefault("PT1H")
  Duration window();

  /** A certificate is looked at no earlier: its attempt may be in progress. */
  @WithDefault("PT3M")
  Duration grace();

  /** How often audits that were asked for elsewhere are looked for. */
  @WithDefault("PT5S")
  Duration pollInterval();

  /**
   * Whether certificates of the time that a restore lost, which no request of ours has, are
   * revoked; false if others use the same credentials at the CA.
   */
  @WithDefault("true")
  boolean revokeAfterRestore();

  /**
   * By CA id: how the auditor reaches it, whole, with credentials of its own that may only read;
   * without it as the connector does.
   */
  Map<String, DriverConfig> ca();
}
