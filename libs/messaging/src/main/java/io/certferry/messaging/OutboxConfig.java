package io.certferry.messaging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the outbox is carried to Kafka. */
@ConfigMapping(prefix = "certferry.outbox")
public interface OutboxConfig {

  Relay relay();

  /** The relay; one is active per database at a time, whichever instance takes the lock. */
  interface Relay {

    /**
     * Whether this instance relays at all; tests switch it off and call {@link
     * OutboxRelay#drainOnce()}.
     */
    @WithDefault("true")
    boolean enabled();

    /** How long rows that nobody announced may wait to be looked at. */
    @WithDefault("PT0.2S")
    Duration pollInterval();

    /** Rows per claim. */
    @WithDefault("500")
    int batchSize();

    /**
     * How often a record that the broker or the client refuses for its own sake is tried before it
     * is set aside.
     */
    @WithDefault("5")
    int parkAfterAttempts();

    /** Without one acknowledgement for this long the producer is thrown away and made anew. */
    @WithDefault("PT30S")
    Duration stuckAfter();

    /**
     * How long a send may wait for a topic's metadata; a topic that does not exist costs this once
     * per back-off.
     */
    @WithDefault("PT3S")
    Duration maxBlock();

    /** The producer's {@code linger.ms}. */
    @WithDefault("PT0.002S")
    Duration linger();

    /** The producer's {@code compression.type}: none, lz4, zstd, snappy or gzip. */
    @WithDefault("none")
    String compression();
  }
}
