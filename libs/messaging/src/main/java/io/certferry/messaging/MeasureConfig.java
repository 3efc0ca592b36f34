package io.certferry.messaging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How often gauges are read from PostgreSQL and Kafka; a scrape never asks either. */
@ConfigMapping(prefix = "certferry.measure")
public interface MeasureConfig {

  /** Gauges from the database, each with one statement; zero switches them off. */
  @WithDefault("PT30S")
  Duration every();

  /** Sizes of the dead-letter topics; zero switches them off. */
  @WithDefault("PT1M")
  Duration deadLettersEvery();

  /**
   * How often the audit chain is verified from its first entry; in between, only what was added is.
   */
  @WithDefault("P1D")
  Duration auditFromStartEvery();
}
