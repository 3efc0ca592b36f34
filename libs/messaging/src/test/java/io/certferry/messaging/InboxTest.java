package io.certferry.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class InboxTest {

  private static TestDatabase database;

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Inbox inbox = new Inbox(metrics);

  @BeforeAll
  static void createDatabase() {
    database = TestDatabase.create();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @Test
  void acceptsEachIdOncePerConsumer() {
    // Given
    UUID first = EventIds.next();
    UUID second = EventIds.next();
    UUID third = EventIds.next();
    accept("a", List.of(first, second));

    // When
    Set<UUID> fresh = accept("a", List.of(second, third, third));

    // Then
    assertThat(fresh).containsExactly(third);
    assertThat(accept("b", List.of(first))).containsExactly(first);
    assertThat(accept("a", List.of())).isEmpty();
    assertThat(metrics.counter("certferry.inbox.duplicates").count()).isEqualTo(2);
  }

  @Test
  void forgetsOnlyOldIds() {
    // Given
    UUID young = EventIds.next();
    accept("prune", List.of(young));
    database.run(
        """
        insert into inbox (consumer, event_id, accepted_at)
        select 'prune', gen_random_uuid(), now() - interval '15 days' from generate_series(1, 7)
        """);

    // When
    int first = prune(5);
    int second = prune(5);

    // Then
    assertThat(first).isEqualTo(5);
    assertThat(second).isEqualTo(2);
    assertThat(accept("prune", List.of(young))).isEmpty();
  }

  private static int prune(int limit) {
    return database
        .pool()
        .withTransaction(
            tx -> new Inbox(new SimpleMeterRegistry()).prune(tx, Duration.ofDays(14), limit))
        .await()
        .indefinitely();
  }

  private Set<UUID> accept(String consumer, List<UUID> ids) {
    return database
        .pool()
        .withTransaction(tx -> inbox.accept(tx, consumer, ids))
        .await()
        .indefinitely();
  }
}
