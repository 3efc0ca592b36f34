package io.certferry.messaging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How the audit trail is sealed. */
@ConfigMapping(prefix = "certferry.audit")
public interface AuditConfig {

  /** How often new entries are chained; zero switches sealing off in this instance. */
  @WithDefault("PT1S")
  Duration sealEvery();

  /** Entries per transaction. */
  @WithDefault("1000")
  int batchSize();

  /**
   * How often the end of the chain is written to the log, and to the file if there is one, while it
   * moves.
   */
  @WithDefault("PT1M")
  Duration checkpointEvery();

  /**
   * A file outside the database to append checkpoints to; ship it elsewhere, and a cut chain will
   * show.
   */
  Optional<Path> checkpointFile();
}
