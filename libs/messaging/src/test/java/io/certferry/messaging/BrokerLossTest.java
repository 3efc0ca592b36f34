package io.certferry.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.certferry.testkit.kafka.KafkaProcess;
import io.certferry.testkit.process.FreePorts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class BrokerLossTest {

  private static final String TOPIC = "losses";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private @Nullable Path home;

  private final TestDatabase database = TestDatabase.create();
  private final Outbox outbox = Samples.outbox();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private @Nullable KafkaProcess kafka;
  private @Nullable OutboxRelay relay;

  @BeforeEach
  void start() {
    KafkaProcess started =
        KafkaProcess.start(
            new KafkaProcess.Options(
                FreePorts.next(),
                FreePorts.next(),
                home().resolve("data"),
                home().resolve("log"),
                256,
                false));
    kafka = started;
    broker().create(TOPIC, Map.of());
    relay =
        new OutboxRelay(
            database.pool(),
            outbox,
            Samples.SERVICE,
            Samples.config(OutboxConfig.class, "certferry.outbox.relay.stuck-after", "PT5S"),
            broker().settings(),
            metrics);
    relay.start();
  }

  @AfterEach
  void stop() {
    if (relay != null) {
      relay.stop();
    }
    kafka().kill();
    database.close();
  }

  @Test
  void keepsRowsWhileTheBrokerIsDownAndCarriesThemInOrderWhenItIsBack() {
    // Given
    append("before", 1);
    assertThat(broker().read(TOPIC, 1)).hasSize(1);
    kafka().kill();

    // When
    append("during", 200);
    outbox.nudge();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(database.count("outbox")).isEqualTo(200);
              assertThat(metrics.get("certferry.outbox.rows").gauge().value()).isEqualTo(200);
            });
    kafka().start();

    // Then
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(database.count("outbox")).isZero());
    assertThat(distinctReasons()).hasSize(201).isSorted();
  }

  @Test
  void carriesOnWithABrokerThatLostEverything() {
    // Given
    append("before", 50);
    assertThat(broker().read(TOPIC, 50)).hasSize(50);
    kafka().kill();
    kafka().wipe();
    kafka().start();
    broker().create(TOPIC, Map.of());

    // When
    append("later", 50);
    outbox.nudge();

    // Then
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(database.count("outbox")).isZero());
    assertThat(distinctReasons()).hasSize(50).allMatch(reason -> reason.startsWith("later"));
  }

  /** One key, so one order; a record may come twice, its first arrival counts. */
  private List<String> distinctReasons() {
    return broker().read(TOPIC, 1).stream().map(BrokerLossTest::reason).distinct().toList();
  }

  private static String reason(ConsumerRecord<String, byte[]> record) {
    return ((io.certferry.contracts.event.PackageWithdrawn) CloudEvents.decode(record).payload())
        .reason();
  }

  private void append(String name, int count) {
    Samples.append(
        database,
        outbox,
        IntStream.range(0, count)
            .mapToObj(i -> Samples.event(TOPIC, "d1", name + "%04d".formatted(i)))
            .toList());
  }

  private TestBroker broker() {
    return new TestBroker(kafka().bootstrapServers());
  }

  private KafkaProcess kafka() {
    if (kafka == null) {
      throw new IllegalStateException("not started");
    }
    return kafka;
  }

  private Path home() {
    if (home == null) {
      throw new IllegalStateException("no folder");
    }
    return home;
  }
}
