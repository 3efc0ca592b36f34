package io.certferry.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.certferry.contracts.Headers;
import io.certferry.contracts.event.PackageWithdrawn;
import io.certferry.messaging.BatchIntake.BatchHandler;
import io.certferry.testkit.postgres.PostgresServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BatchIntakeTest {

  private static final String TOPIC = "certferry.test.v1";
  private static final String CONSUMER = "test-service";

  private static final TestDatabase database = TestDatabase.create();

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final BatchIntake intake = Samples.intake(database, Samples.outbox(), metrics);

  @BeforeAll
  static void createTable() {
    database.run(
        """
        create table effect (
          n bigint generated always as identity, what text not null check (what <> 'forbidden'))
        """);
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @BeforeEach
  void empty() {
    database.run("truncate outbox; truncate inbox; truncate effect");
  }

  @Test
  void appliesABatchInItsOrderInOneTransaction() {
    // Given
    AtomicInteger calls = new AtomicInteger();

    // When
    take(
        records("a", "b", "c"),
        (tx, events) -> {
          calls.incrementAndGet();
          return write(tx, events);
        });

    // Then
    assertThat(effects()).containsExactly("a", "b", "c");
    assertThat(calls).hasValue(1);
    assertThat(database.count("inbox")).isEqualTo(3);
  }

  @Test
  void ignoresWhatItHasAcceptedBefore() {
    // Given
    List<ConsumerRecord<String, byte[]>> batch = records("a", "b");
    take(batch, BatchIntakeTest::write);
    List<ConsumerRecord<String, byte[]>> again = new ArrayList<>(batch);
    again.addAll(records("c"));
    again.add(again.get(2));

    // When
    take(again, BatchIntakeTest::write);

    // Then
    assertThat(effects()).containsExactly("a", "b", "c");
  }

  @Test
  void showsEveryDeliveryToAHandlerWithNaturalKeys() {
    // Given
    List<ConsumerRecord<String, byte[]>> batch = records("a");

    // When
    for (int i = 0; i < 2; i++) {
      intake
          .handle(CONSUMER, batch, BatchIntakeTest::write, IntakeMode.NATURAL_KEY)
          .await()
          .indefinitely();
    }

    // Then
    assertThat(effects()).containsExactly("a", "a");
    assertThat(database.count("inbox")).isZero();
  }

  @Test
  void buriesWhatIsNoEventAndAppliesTheRest() {
    // Given
    List<ConsumerRecord<String, byte[]>> batch = new ArrayList<>(records("a"));
    ConsumerRecord<String, byte[]> poison =
        Samples.record(
            TOPIC,
            42,
            "t1/\0",
            Map.of(Headers.TYPE, "nonsense".getBytes(UTF_8), "odd", new byte[] {(byte) 0xff}),
            "{".getBytes(UTF_8));
    batch.add(poison);
    batch.addAll(records("b"));

    // When
    take(batch, BatchIntakeTest::write);

    // Then
    assertThat(effects()).containsExactly("a", "b");
    Row letter = onlyLetter();
    assertThat(letter.getString("topic")).isEqualTo("test-service." + TOPIC + ".dlq");
    assertThat(letter.getBuffer("payload").toString()).isEqualTo("{");
    var headers = HeaderText.read(letter.getString("headers"));
    assertThat(headers.get("odd")).containsExactly(0xff);
    assertThat(headers.get(Headers.DLQ_OFFSET)).asString(UTF_8).isEqualTo("42");
    assertThat(headers.get(Headers.DLQ_TOPIC)).asString(UTF_8).isEqualTo(TOPIC);
    assertThat(headers.get(Headers.DLQ_REASON)).asString(UTF_8).startsWith("header: ce_id");
    assertThat(
            metrics.counter("certferry.dead.letters", "topic", TOPIC, "reason", "header").count())
        .isEqualTo(1);
  }

  @Test
  void findsTheGuiltyRecordAndLetsTheOthersThrough() {
    // Given
    List<String> reasons =
        IntStream.range(0, 50).mapToObj(i -> i == 31 ? "forbidden" : "r" + i).toList();

    // When
    take(records(reasons.toArray(String[]::new)), BatchIntakeTest::write);

    // Then
    assertThat(effects())
        .containsExactlyElementsOf(reasons.stream().filter(r -> !r.equals("forbidden")).toList());
    var headers = HeaderText.read(onlyLetter().getString("headers"));
    assertThat(headers.get(Headers.DLQ_REASON))
        .asString(UTF_8)
        .isEqualTo("failed: SQLSTATE 23514 constraint effect_what_check");
    assertThat(headers).containsKeys(Headers.ID, Headers.CORRELATION_ID);
  }

  @Test
  void doesNotRememberABuriedRecordSoThatAReplayTakesEffect() {
    // Given
    List<ConsumerRecord<String, byte[]>> batch = records("forbidden");
    take(batch, BatchIntakeTest::write);
    assertThat(database.count("inbox")).isZero();

    // When
    take(
        batch,
        (tx, events) ->
            tx.query("insert into effect (what) values ('repaired')").execute().replaceWithVoid());

    // Then
    assertThat(effects()).containsExactly("repaired");
  }

  @Test
  void triesAGuiltyRecordAsOftenAsConfigured() {
    // Given
    AtomicInteger calls = new AtomicInteger();

    // When
    take(
        records("a"),
        (tx, events) -> {
          calls.incrementAndGet();
          throw new IllegalArgumentException("on purpose");
        });

    // Then
    assertThat(calls).hasValue(5);
    assertThat(database.count("outbox")).isEqualTo(1);
  }

  @Test
  void waitsWithoutBuryingWhenTheHandlerAsksForTime() {
    // Given
    AtomicInteger calls = new AtomicInteger();

    // When
    take(
        records("a"),
        (tx, events) ->
            calls.incrementAndGet() < 8
                ? Uni.createFrom().failure(new RetryLaterException("not yet"))
                : write(tx, events));

    // Then
    assertThat(effects()).containsExactly("a");
    assertThat(database.count("outbox")).isZero();
    assertThat(metrics.counter("certferry.intake.retries").count()).isEqualTo(7);
  }

  @Test
  void waitsForAMissingMigrationInsteadOfBuryingEverything() {
    // Given
    var taking =
        intake
            .handle(
                CONSUMER,
                records("a", "b"),
                (tx, events) ->
                    tx.query("insert into later (what) values ('x')").execute().replaceWithVoid(),
                IntakeMode.INBOX)
            .subscribe()
            .withSubscriber(UniAssertSubscriber.create());
    await()
        .untilAsserted(
            () -> assertThat(metrics.counter("certferry.intake.retries").count()).isGreaterThan(2));

    // When
    database.run("create table later (what text)");

    // Then
    taking.awaitItem();
    assertThat(database.count("later")).isEqualTo(1);
    assertThat(database.count("outbox")).isZero();
  }

  @Test
  void losesNothingWhenItsConnectionIsCut() {
    // Given
    AtomicInteger calls = new AtomicInteger();

    // When
    take(
        records("a", "b"),
        (tx, events) ->
            write(tx, events)
                .chain(
                    () ->
                        calls.incrementAndGet() == 1
                            ? tx.query("select pg_terminate_backend(pg_backend_pid())")
                                .execute()
                                .replaceWithVoid()
                            : Uni.createFrom().voidItem()));

    // Then
    assertThat(calls).hasValue(2);
    assertThat(effects()).containsExactly("a", "b");
    assertThat(database.count("outbox")).isZero();
  }

  @Test
  void appendsWhatTheHandlerAppendsAndNudgesAfterTheCommit() {
    // Given
    Outbox outbox = Samples.outbox();
    AtomicInteger rowsAtNudge = new AtomicInteger(-1);
    outbox.onNudge(() -> rowsAtNudge.incrementAndGet());

    // When
    Samples.intake(database, outbox, metrics)
        .handle(
            CONSUMER,
            records("a"),
            (tx, events) ->
                outbox.append(
                    tx,
                    List.of(
                        new OutboundEvent(
                            "t1",
                            "next",
                            "t1/d",
                            Samples.payload("d", "effect"),
                            Cause.of(events.get(0))))),
            IntakeMode.INBOX)
        .await()
        .indefinitely();

    // Then
    assertThat(rowsAtNudge).hasValue(0);
    assertThat(onlyLetter().getString("topic")).isEqualTo("next");
  }

  @Test
  void leavesABatchUnacknowledgedAtShutdown() {
    // Given
    var taking =
        intake
            .handle(
                CONSUMER,
                records("a"),
                (tx, events) -> Uni.createFrom().failure(new RetryLaterException("never")),
                IntakeMode.INBOX)
            .subscribe()
            .withSubscriber(UniAssertSubscriber.create());
    await()
        .untilAsserted(
            () -> assertThat(metrics.counter("certferry.intake.retries").count()).isGreaterThan(0));

    // When
    intake.onStop(new ShutdownEvent());

    // Then
    double retries = metrics.counter("certferry.intake.retries").count();
    take(records("sentinel"), BatchIntakeTest::write);
    taking.assertNotTerminated();
    assertThat(metrics.counter("certferry.intake.retries").count()).isBetween(retries, retries + 1);
  }

  @Test
  void waitsForADatabaseThatIsAway(@org.junit.jupiter.api.io.TempDir java.nio.file.Path home) {
    // Given
    try (PostgresServer server = TestDatabase.start(home);
        TestDatabase own = TestDatabase.create(server)) {
      own.run("create table effect (n bigint generated always as identity, what text)");
      BatchIntake ownIntake = Samples.intake(own, Samples.outbox(), metrics);
      ownIntake
          .handle(CONSUMER, records("before"), BatchIntakeTest::write, IntakeMode.INBOX)
          .await()
          .indefinitely();
      server.kill();

      // When
      var taking =
          ownIntake
              .handle(CONSUMER, records("during"), BatchIntakeTest::write, IntakeMode.INBOX)
              .subscribe()
              .withSubscriber(UniAssertSubscriber.create());
      await()
          .untilAsserted(
              () ->
                  assertThat(metrics.counter("certferry.intake.retries").count()).isGreaterThan(2));
      server.start();

      // Then
      taking.awaitItem(java.time.Duration.ofSeconds(30));
      assertThat(own.count("effect")).isEqualTo(2);
      assertThat(own.count("outbox")).isZero();
    }
  }

  @Test
  void thinksBeforeItsTransactionAndBuriesWhatIsRefused() {
    // Given
    PreparedHandler<List<InboundEvent<?>>> handler =
        new PreparedHandler<>() {
          @Override
          public Uni<List<InboundEvent<?>>> prepare(List<InboundEvent<?>> events) {
            return Uni.createFrom().item(events);
          }

          @Override
          public Uni<List<Refusal>> apply(SqlConnection tx, List<InboundEvent<?>> events) {
            return write(tx, events.subList(1, events.size()))
                .replaceWith(List.of(new Refusal(events.get(0), "rule", "refused on purpose")));
          }
        };

    // When
    intake.handle(CONSUMER, records("bad", "good"), handler).await().indefinitely();

    // Then
    assertThat(effects()).containsExactly("good");
    assertThat(HeaderText.read(onlyLetter().getString("headers")).get(Headers.DLQ_REASON))
        .asString(UTF_8)
        .isEqualTo("rule: refused on purpose");
  }

  private void take(List<ConsumerRecord<String, byte[]>> batch, BatchHandler handler) {
    intake.handle(CONSUMER, batch, handler, IntakeMode.INBOX).await().indefinitely();
  }

  private static List<ConsumerRecord<String, byte[]>> records(String... reasons) {
    return IntStream.range(0, reasons.length)
        .mapToObj(i -> Samples.record(Samples.event(TOPIC, "d" + i, reasons[i]), i))
        .toList();
  }

  private static Uni<Void> write(SqlConnection tx, List<InboundEvent<?>> events) {
    String[] reasons =
        events.stream()
            .map(event -> ((PackageWithdrawn) event.payload()).reason())
            .toArray(String[]::new);
    return tx.preparedQuery(
            "insert into effect (what) select w from unnest($1::text[]) with ordinality as e (w, n)"
                + " order by n")
        .execute(Tuple.tuple().addArrayOfString(reasons))
        .replaceWithVoid();
  }

  private static List<String> effects() {
    List<String> effects = new ArrayList<>();
    database
        .query("select what from effect order by n")
        .forEach(row -> effects.add(row.getString(0)));
    return effects;
  }

  private static Row onlyLetter() {
    var rows = database.query("select topic, headers, payload from outbox");
    assertThat(rows.size()).isEqualTo(1);
    return rows.iterator().next();
  }
}
