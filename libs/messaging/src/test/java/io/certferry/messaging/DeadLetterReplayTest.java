package io.certferry.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.Headers;
import io.certferry.contracts.Topics;
import io.certferry.messaging.DeadLetterReplay.Outcome;
import io.certferry.messaging.DeadLetterReplay.Selection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class DeadLetterReplayTest {

  private static final String GROUP = "test-service";

  private final TestBroker broker = TestBroker.shared();
  private final TestDatabase database = TestDatabase.create();
  private final Outbox outbox = Samples.outbox();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final BatchIntake intake = Samples.intake(database, outbox, metrics);
  private final OutboxRelay relay =
      new OutboxRelay(
          database.pool(),
          outbox,
          Samples.SERVICE,
          Samples.config(OutboxConfig.class),
          broker.settings(),
          metrics);
  private String topic = "";

  @BeforeEach
  void buryTwo() {
    topic = broker.topic("replay");
    broker.create(Topics.deadLetters(GROUP, topic), Map.of());
    take(
        List.of(
            Samples.record(Samples.event(topic, "d1", "one"), 0),
            Samples.record(Samples.event(topic, "d2", "two"), 1)),
        (tx, events) -> Uni.createFrom().failure(new IllegalArgumentException("on purpose")));
    relay.drainOnce().await().indefinitely();
  }

  @AfterEach
  void close() {
    relay.stop();
    database.close();
  }

  @Test
  void showsHowManyAreKept() throws Exception {
    // Given
    SimpleMeterRegistry shown = new SimpleMeterRegistry();
    DeadLetterGauges gauges =
        new DeadLetterGauges(
            broker.settings(), Samples.SERVICE, Samples.config(MeasureConfig.class), shown);

    // When
    gauges.measure();

    // Then
    assertThat(shown.get("certferry.dead.letters.kept").tag("topic", topic).gauge().value())
        .isEqualTo(2);
  }

  @Test
  void bringsLettersBackSoThatTheyTakeEffectOnce() {
    // When
    Outcome first = replay(new Selection(GROUP, topic, null, null, null), false);
    Outcome second = replay(new Selection(GROUP, topic, null, null, null), false);

    // Then
    assertThat(first).isEqualTo(new Outcome(2, 2));
    assertThat(second).isEqualTo(new Outcome(2, 2));
    List<ConsumerRecord<String, byte[]>> back = broker.read(topic, 4);
    assertThat(back)
        .allSatisfy(record -> assertThat(record.headers().lastHeader(Headers.DLQ_REASON)).isNull());
    database.run("create table effect (what text)");
    take(
        back,
        (tx, events) ->
            tx.query("insert into effect values ('x'), ('y')")
                .execute()
                .invoke(() -> assertThat(events).hasSize(2))
                .replaceWithVoid());
    assertThat(database.count("effect")).isEqualTo(2);
  }

  @Test
  void bringsBackOnlyWhatIsSelected() {
    assertThat(replay(new Selection(GROUP, topic, null, null, "t1/d2"), false))
        .isEqualTo(new Outcome(2, 1));
    assertThat(replay(new Selection(GROUP, topic, "unknown-type", null, null), false))
        .isEqualTo(new Outcome(2, 0));
    assertThat(replay(new Selection(GROUP, topic, "failed", "no.such.Type", null), false))
        .isEqualTo(new Outcome(2, 0));
    assertThat(broker.read(topic, 1)).extracting(ConsumerRecord::key).containsExactly("t1/d2");
  }

  @Test
  void sendsNothingInADryRun() {
    assertThat(replay(new Selection(GROUP, topic, "failed", null, null), true))
        .isEqualTo(new Outcome(2, 2));
    assertThat(broker.read(topic, 0)).isEmpty();
  }

  private Outcome replay(Selection selection, boolean dryRun) {
    return new DeadLetterReplay(broker.settings()).replay(selection, dryRun);
  }

  private void take(List<ConsumerRecord<String, byte[]>> batch, BatchIntake.BatchHandler handler) {
    intake.handle(GROUP, batch, handler, IntakeMode.INBOX).await().indefinitely();
  }
}
