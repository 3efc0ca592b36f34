package io.certferry.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Pins every name and default: operators rely on them. */
class ConfigDefaultsTest {

  @Test
  void pinsTheOutbox() {
    var defaults = Samples.config(OutboxConfig.class).relay();
    assertThat(defaults.enabled()).isTrue();
    assertThat(defaults.pollInterval()).isEqualTo(Duration.ofMillis(200));
    assertThat(defaults.batchSize()).isEqualTo(500);
    assertThat(defaults.parkAfterAttempts()).isEqualTo(5);
    assertThat(defaults.stuckAfter()).isEqualTo(Duration.ofSeconds(30));
    assertThat(defaults.maxBlock()).isEqualTo(Duration.ofSeconds(3));
    assertThat(defaults.linger()).isEqualTo(Duration.ofMillis(2));
    assertThat(defaults.compression()).isEqualTo("none");

    var set =
        Samples.config(
                OutboxConfig.class,
                "certferry.outbox.relay.enabled",
                "false",
                "certferry.outbox.relay.poll-interval",
                "PT1S",
                "certferry.outbox.relay.batch-size",
                "1",
                "certferry.outbox.relay.park-after-attempts",
                "2",
                "certferry.outbox.relay.stuck-after",
                "PT2S",
                "certferry.outbox.relay.max-block",
                "PT4S",
                "certferry.outbox.relay.linger",
                "PT0.005S",
                "certferry.outbox.relay.compression",
                "lz4")
            .relay();
    assertThat(set.enabled()).isFalse();
    assertThat(set.pollInterval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(set.batchSize()).isEqualTo(1);
    assertThat(set.parkAfterAttempts()).isEqualTo(2);
    assertThat(set.stuckAfter()).isEqualTo(Duration.ofSeconds(2));
    assertThat(set.maxBlock()).isEqualTo(Duration.ofSeconds(4));
    assertThat(set.linger()).isEqualTo(Duration.ofMillis(5));
    assertThat(set.compression()).isEqualTo("lz4");
  }

  @Test
  void pinsTheInbox() {
    var defaults = Samples.config(InboxConfig.class);
    assertThat(defaults.keepFor()).isEqualTo(Duration.ofDays(14));
    assertThat(defaults.pruneEvery()).isEqualTo(Duration.ofHours(1));

    var set =
        Samples.config(
            InboxConfig.class,
            "certferry.inbox.keep-for",
            "P1D",
            "certferry.inbox.prune-every",
            "PT0S");
    assertThat(set.keepFor()).isEqualTo(Duration.ofDays(1));
    assertThat(set.pruneEvery()).isZero();
  }

  @Test
  void pinsTheIntake() {
    var defaults = Samples.config(IntakeConfig.class);
    assertThat(defaults.attempts()).isEqualTo(5);
    assertThat(defaults.firstBackoff()).isEqualTo(Duration.ofMillis(100));
    assertThat(defaults.longestBackoff()).isEqualTo(Duration.ofSeconds(5));

    var set =
        Samples.config(
            IntakeConfig.class,
            "certferry.intake.attempts",
            "3",
            "certferry.intake.first-backoff",
            "PT1S",
            "certferry.intake.longest-backoff",
            "PT2S");
    assertThat(set.attempts()).isEqualTo(3);
    assertThat(set.firstBackoff()).isEqualTo(Duration.ofSeconds(1));
    assertThat(set.longestBackoff()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void pinsTheAudit() {
    var defaults = Samples.config(AuditConfig.class);
    assertThat(defaults.sealEvery()).isEqualTo(Duration.ofSeconds(1));
    assertThat(defaults.batchSize()).isEqualTo(1000);
    assertThat(defaults.checkpointEvery()).isEqualTo(Duration.ofMinutes(1));
    assertThat(defaults.checkpointFile()).isEmpty();

    var set =
        Samples.config(
            AuditConfig.class,
            "certferry.audit.seal-every",
            "PT2S",
            "certferry.audit.batch-size",
            "5",
            "certferry.audit.checkpoint-every",
            "PT3S",
            "certferry.audit.checkpoint-file",
            "checkpoints");
    assertThat(set.sealEvery()).isEqualTo(Duration.ofSeconds(2));
    assertThat(set.batchSize()).isEqualTo(5);
    assertThat(set.checkpointEvery()).isEqualTo(Duration.ofSeconds(3));
    assertThat(set.checkpointFile()).contains(Path.of("checkpoints"));
  }

  @Test
  void pinsMeasuring() {
    var defaults = Samples.config(MeasureConfig.class);
    assertThat(defaults.every()).isEqualTo(Duration.ofSeconds(30));
    assertThat(defaults.deadLettersEvery()).isEqualTo(Duration.ofMinutes(1));
    assertThat(defaults.auditFromStartEvery()).isEqualTo(Duration.ofDays(1));

    var set =
        Samples.config(
            MeasureConfig.class,
            "certferry.measure.every",
            "PT1S",
            "certferry.measure.dead-letters-every",
            "PT2S",
            "certferry.measure.audit-from-start-every",
            "PT3S");
    assertThat(set.every()).isEqualTo(Duration.ofSeconds(1));
    assertThat(set.deadLettersEvery()).isEqualTo(Duration.ofSeconds(2));
    assertThat(set.auditFromStartEvery()).isEqualTo(Duration.ofSeconds(3));
  }
}
