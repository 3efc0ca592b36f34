package io.certferry.messaging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long the inbox remembers. */
@ConfigMapping(prefix = "certferry.inbox")
public interface InboxConfig {

  /**
   * Ids older than this are forgotten; longer than Kafka keeps records, so that a replay finds
   * them.
   */
  @WithDefault("P14D")
  Duration keepFor();

  /** How often old ids are deleted; zero switches it off. */
  @WithDefault("PT1H")
  Duration pruneEvery();
}
