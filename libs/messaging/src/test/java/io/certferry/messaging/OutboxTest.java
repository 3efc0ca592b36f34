package io.certferry.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.mutiny.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutboxTest {

  private static TestDatabase database;

  private final Outbox outbox = Samples.outbox();

  @BeforeAll
  static void createDatabase() {
    database = TestDatabase.create();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @BeforeEach
  void empty() {
    database.run("truncate outbox");
  }

  @Test
  void storesFinalBytesInTheOrderGiven() {
    // Given
    List<OutboundEvent> events =
        IntStream.range(0, 100).mapToObj(i -> Samples.event("topic", "d", "r" + i)).toList();

    // When
    Samples.append(database, outbox, events);

    // Then
    List<String> payloads = new ArrayList<>();
    for (Row row : database.query("select payload, headers from outbox order by id")) {
      payloads.add(row.getBuffer(0).toString());
      assertThat(row.getString(1)).contains("ce_id", "ce_correlationid");
    }
    assertThat(payloads).hasSize(100);
    for (int i = 0; i < 100; i++) {
      assertThat(payloads.get(i)).contains("\"r" + i + "\"");
    }
  }

  @Test
  void leavesNothingBehindWhenTheTransactionFails() {
    // When
    database
        .pool()
        .withTransaction(
            tx ->
                outbox
                    .append(tx, List.of(Samples.event("topic", "d", "r")))
                    .invoke(
                        () -> {
                          throw new IllegalStateException("on purpose");
                        }))
        .onFailure()
        .recoverWithNull()
        .await()
        .indefinitely();

    // Then
    assertThat(database.count("outbox")).isZero();
  }

  @Test
  void nudgesTheRelay() {
    // Given
    AtomicInteger nudges = new AtomicInteger();
    outbox.onNudge(nudges::incrementAndGet);

    // When
    outbox.nudge();

    // Then
    assertThat(nudges).hasValue(1);
  }

  @Test
  void claimsThroughThePartialIndexWithoutSorting() {
    // Given
    database.run(
        """
        insert into outbox (event_id, event_type, topic, record_key, headers, payload)
        select gen_random_uuid(), 't', 'topic', 'k' || n, '{}', 'x' from generate_series(1, 20000) n;
        analyze outbox
        """);

    // When
    StringBuilder plan = new StringBuilder();
    String claim =
        OutboxTable.CLAIM
            .replace("$1", "500")
            .replace("$2", "array['other']")
            .replace("$3", "array['x']");
    for (Row row : database.query("explain " + claim)) {
      plan.append(row.getString(0)).append('\n');
    }

    // Then
    assertThat(plan.toString()).contains("outbox_unsent").doesNotContain("Sort", "Seq Scan");
  }
}
