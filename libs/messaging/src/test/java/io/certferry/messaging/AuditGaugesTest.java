package io.certferry.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuditGaugesTest {

  private static final int ENTRIES = 10;

  private final TestDatabase database = TestDatabase.create();
  private final AuditTrail trail =
      new AuditTrail(Samples.SERVICE, InstantSource.fixed(Samples.NOW));
  private final AuditConfig config = Samples.config(AuditConfig.class);
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final AuditGauges gauges =
      new AuditGauges(
          database.pool(),
          Samples.SERVICE,
          new AuditVerifier(database.pool(), Samples.SERVICE, config),
          Samples.config(MeasureConfig.class),
          metrics);

  @BeforeEach
  void sealSome() {
    append();
    seal();
    gauges.measure();
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void showsAnIntactChainAsItGrows() {
    // Given
    append();
    gauges.measure();
    double unsealed = value("certferry.audit.unsealed.oldest.seconds");

    // When
    seal();
    gauges.measure();

    // Then
    assertThat(unsealed).isGreaterThan(0);
    assertThat(value("certferry.audit.unsealed.oldest.seconds")).isZero();
    assertThat(value("certferry.audit.broken")).isZero();
    assertThat(value("certferry.audit.head.age.seconds")).isBetween(0.0, 60.0);
  }

  @Test
  void showsAnEntryThatWasChangedAfterTheLastRound() {
    // Given
    append();
    seal();
    database.tamper(
        "update audit set actor = 'nobody' where position = " + (ENTRIES + ENTRIES / 2));

    // When
    gauges.measure();

    // Then
    assertThat(value("certferry.audit.broken")).isOne();
  }

  @Test
  void findsWhatWasRemovedBehindItsBackWhenItReadsTheWholeChain() {
    // Given
    database.tamper("delete from audit where position = " + ENTRIES / 2);

    // When
    gauges.measure();

    // Then
    assertThat(value("certferry.audit.broken")).isZero();
    assertThat(fromTheStart()).isOne();
  }

  /** What an instance that starts now shows. */
  private double fromTheStart() {
    SimpleMeterRegistry fresh = new SimpleMeterRegistry();
    new AuditGauges(
            database.pool(),
            Samples.SERVICE,
            new AuditVerifier(database.pool(), Samples.SERVICE, config),
            Samples.config(MeasureConfig.class),
            fresh)
        .measure();
    return fresh.get("certferry.audit.broken").gauge().value();
  }

  private double value(String name) {
    return metrics.get(name).gauge().value();
  }

  private void append() {
    List<AuditEntry> entries =
        IntStream.range(0, ENTRIES)
            .mapToObj(n -> new AuditEntry("t1", "tried", "somebody", "request/" + n, Map.of()))
            .toList();
    database.pool().withTransaction(tx -> trail.append(tx, entries)).await().indefinitely();
  }

  private void seal() {
    new AuditSealer(database.pool(), Samples.SERVICE, config).sealOnce().await().indefinitely();
  }
}
