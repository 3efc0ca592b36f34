package io.certferry.profile.device;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;

/** Whose devices are believed. Anchors come from files alone, never from a message. */
@ConfigMapping(prefix = "certferry.device-trust")
public interface DeviceTrustConfig {

  /** Tenant to a PEM file with the CA certificates that its device certificates must chain to. */
  Map<String, String> anchors();

  /**
   * Tenant to {@code subject-cn}, {@code san-uri} or {@code pinned}; subject-cn where nothing is
   * said.
   */
  Map<String, String> binding();

  /** How many verified certificates are remembered. */
  @WithDefault("10000")
  int cacheSize();

  /** For how long. */
  @WithDefault("PT10M")
  Duration cacheFor();
}
