package io.certferry.issuance.key;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

/** Where the keys that wrap keys are. */
@ConfigMapping(prefix = "certferry.kek")
public interface KekConfig {

  /**
   * Directory of the key-encryption key and the day keys, shared by all instances; made with mode
   * 0700 if it is not there.
   */
  Path directory();

  /** How long after its day a day key stays at least, so that no worker still wraps under it. */
  @WithDefault("PT1H")
  Duration dayKeyGrace();

  /** How often day keys without rows are looked for. */
  @WithDefault("PT1M")
  Duration sweepEvery();
}
