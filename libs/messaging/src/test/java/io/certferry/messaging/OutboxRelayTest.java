package io.certferry.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.certferry.contracts.Headers;
import io.certferry.contracts.event.PackageWithdrawn;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class OutboxRelayTest {

  private static TestDatabase database;
  private static TestBroker broker;

  private final Outbox outbox = Samples.outbox();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final List<OutboxRelay> relays = new ArrayList<>();
  private final List<Pool> pools = new ArrayList<>();

  @BeforeAll
  static void start() {
    database = TestDatabase.create();
    broker = TestBroker.shared();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @BeforeEach
  void empty() {
    database.run("truncate outbox");
  }

  @AfterEach
  void stopRelays() {
    relays.forEach(OutboxRelay::stop);
    pools.forEach(pool -> pool.close().await().indefinitely());
  }

  @Test
  void publishesTheStoredBytesAndForgetsTheRow() {
    // Given
    String topic = broker.topic("bytes");
    Samples.append(database, outbox, List.of(Samples.event(topic, "d1", "first")));

    // When
    int sent = relay().drainOnce().await().indefinitely();

    // Then
    assertThat(sent).isEqualTo(1);
    assertThat(database.count("outbox")).isZero();
    ConsumerRecord<String, byte[]> record = broker.read(topic, 1).get(0);
    assertThat(record.key()).isEqualTo("t1/d1");
    InboundEvent<?> event = CloudEvents.decode(record);
    assertThat(event.payload()).isEqualTo(Samples.payload("d1", "first"));
    assertThat(event.sequence()).hasSize(19);
    assertThat(metrics.counter("certferry.outbox.published").count()).isEqualTo(1);
    assertThat(metrics.timer("certferry.outbox.lag").count()).isEqualTo(1);
  }

  @Test
  void carriesOnItsOwnOnceNudged() {
    // Given
    String topic = broker.topic("nudge");
    relay("certferry.outbox.relay.poll-interval", "PT1H").start();

    // When
    Samples.append(database, outbox, List.of(Samples.event(topic, "d1", "first")));
    outbox.nudge();

    // Then
    assertThat(broker.read(topic, 1)).hasSize(1);
  }

  @Test
  void keepsTheOrderOfEachKeyWhenTwoInstancesRelay() {
    // Given
    String topic = broker.topic("order");
    int keys = 20;
    int perKey = 100;
    for (int i = 0; i < perKey; i += 10) {
      List<OutboundEvent> events = new ArrayList<>();
      for (int n = i; n < i + 10; n++) {
        for (int key = 0; key < keys; key++) {
          events.add(Samples.event(topic, "d" + key, "%04d".formatted(n)));
        }
      }
      Samples.append(database, outbox, events);
    }

    // When
    String[] small = {
      "certferry.outbox.relay.batch-size", "7", "certferry.outbox.relay.poll-interval", "PT0.001S"
    };
    relay(small).start();
    relay(small).start();

    // Then
    Map<String, List<String>> reasons =
        broker.read(topic, keys * perKey).stream()
            .collect(
                Collectors.groupingBy(
                    ConsumerRecord::key,
                    Collectors.mapping(OutboxRelayTest::reason, Collectors.toList())));
    assertThat(reasons).hasSize(keys);
    assertThat(reasons.values()).allSatisfy(list -> assertThat(list).hasSize(perKey).isSorted());
    await().untilAsserted(() -> assertThat(database.count("outbox")).isZero());
  }

  @Test
  void letsOneInstancePublishAtATime() {
    // Given
    String topic = broker.topic("lock");
    Samples.append(database, outbox, List.of(Samples.event(topic, "d1", "first")));
    Pool otherInstance = database.newPool(1);
    SqlConnection other = otherInstance.getConnection().await().indefinitely();
    assertThat(OutboxTable.lock(other)).isTrue();
    OutboxRelay relay = relay();

    // When
    int whileLocked = relay.drainOnce().await().indefinitely();
    other.close().await().indefinitely();
    otherInstance.close().await().indefinitely();

    // Then
    assertThat(whileLocked).isZero();
    await().untilAsserted(() -> assertThat(relay.drainOnce().await().indefinitely()).isEqualTo(1));
  }

  @Test
  void doesNotLoseARowThatCommitsAfterLaterOnes() {
    // Given
    String topic = broker.topic("gap");
    OutboxRelay relay = relay();
    SqlConnection early = newPool().getConnection().await().indefinitely();
    var earlyTx = early.begin().await().indefinitely();
    outbox.append(early, List.of(Samples.event(topic, "early", "1"))).await().indefinitely();
    Samples.append(database, outbox, List.of(Samples.event(topic, "late", "2")));

    // When
    int first = relay.drainOnce().await().indefinitely();
    earlyTx.commit().await().indefinitely();
    early.close().await().indefinitely();
    int second = relay.drainOnce().await().indefinitely();

    // Then
    assertThat(first).isEqualTo(1);
    assertThat(second).isEqualTo(1);
    assertThat(broker.read(topic, 2))
        .extracting(OutboxRelayTest::reason)
        .containsExactlyInAnyOrder("1", "2");
  }

  @Test
  void setsAsideWhatIsTooLargeAndLetsOthersPass() {
    // Given
    String topic = broker.topic("large");
    Samples.append(
        database,
        outbox,
        List.of(
            Samples.event(topic, "big", "x".repeat(2_000_000)),
            Samples.event(topic, "big", "behind"),
            Samples.event(topic, "small", "beside")));
    OutboxRelay relay = relay("certferry.outbox.relay.park-after-attempts", "2");

    // When
    int first = relay.drainOnce().await().indefinitely();

    // Then
    assertThat(first).isEqualTo(1);
    assertThat(broker.read(topic, 1)).extracting(OutboxRelayTest::reason).contains("beside");

    // When
    relay.start();

    // Then
    assertThat(broker.read(topic, 2))
        .extracting(OutboxRelayTest::reason)
        .containsExactlyInAnyOrder("beside", "behind");
    await().untilAsserted(() -> assertThat(database.count("outbox")).isEqualTo(1));
    var parked = database.query("select parked_reason, attempts from outbox").iterator().next();
    assertThat(parked.getString(0)).isEqualTo("RecordTooLargeException");
    assertThat(parked.getInteger(1)).isEqualTo(2);
    assertThat(metrics.counter("certferry.outbox.parkings").count()).isEqualTo(1);
  }

  @Test
  void waitsForAMissingTopicWithoutHoldingUpOthers() {
    // Given
    String missing = "missing-" + UUID.randomUUID();
    String topic = broker.topic("present");
    Samples.append(
        database,
        outbox,
        List.of(Samples.event(missing, "d1", "waits"), Samples.event(topic, "d1", "passes")));
    OutboxRelay relay = relay("certferry.outbox.relay.max-block", "PT0.3S");

    // When
    int sent = relay.drainOnce().await().indefinitely();

    // Then
    assertThat(sent).isEqualTo(1);
    assertThat(broker.read(topic, 1)).hasSize(1);
    assertThat(database.count("outbox")).isEqualTo(1);

    // When
    broker.create(missing, Map.of());
    relay.start();

    // Then
    assertThat(broker.read(missing, 1)).extracting(OutboxRelayTest::reason).contains("waits");
  }

  @Test
  void keepsTheSequenceThatARecordHasAlready() {
    // Given
    String topic = broker.topic("sequence");
    database.run(
        """
        insert into outbox (event_id, event_type, topic, record_key, headers, payload)
        values (gen_random_uuid(), 't', '%s', 'k', '{"ce_sequence":"0007"}', null)
        """
            .formatted(topic));

    // When
    relay().drainOnce().await().indefinitely();

    // Then
    var record = broker.read(topic, 1).get(0);
    assertThat(record.value()).isNull();
    assertThat(new String(record.headers().lastHeader(Headers.SEQUENCE).value(), UTF_8))
        .isEqualTo("0007");
  }

  @Test
  void showsHowOldTheOldestRowIs() {
    // Given
    database.run(
        """
        insert into outbox (event_id, event_type, topic, record_key, headers, payload, created_at)
        values (gen_random_uuid(), 't', 'bad topic name', 'k', '{}', 'x', now() - interval '1 hour')
        """);

    // When
    relay().drainOnce().await().indefinitely();

    // Then
    assertThat(metrics.get("certferry.outbox.oldest.age.seconds").gauge().value())
        .isBetween(3600.0, 3700.0);
    assertThat(metrics.get("certferry.outbox.rows").gauge().value()).isEqualTo(1);
  }

  @Test
  void drainsFasterThanOneRecordPerRoundTrip() {
    // Given
    String topic = broker.topic("rate");
    int rows = 5_000;
    Samples.append(
        database,
        outbox,
        IntStream.range(0, rows).mapToObj(i -> Samples.event(topic, "d" + i, "r")).toList());
    OutboxRelay relay = relay();

    // When
    long started = System.nanoTime();
    int sent = relay.drainOnce().await().indefinitely();

    // Then
    assertThat(sent).isEqualTo(rows);
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(20));
  }

  private OutboxRelay relay(String... settings) {
    OutboxRelay relay =
        new OutboxRelay(
            newPool(),
            outbox,
            Samples.SERVICE,
            Samples.config(OutboxConfig.class, settings),
            broker.settings(),
            metrics);
    relays.add(relay);
    return relay;
  }

  private Pool newPool() {
    Pool pool = database.newPool(3);
    pools.add(pool);
    return pool;
  }

  private static String reason(ConsumerRecord<String, byte[]> record) {
    return ((PackageWithdrawn) CloudEvents.decode(record).payload()).reason();
  }
}
