package io.certferry.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.certferry.contracts.Topics;
import io.certferry.testkit.CertferryTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.vertx.RunOnVertxContext;
import io.quarkus.test.vertx.UniAsserter;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The beans inside a running Quarkus: through the outbox, Kafka, the connector and the intake. */
@QuarkusTest
@QuarkusTestResource(CertferryTestResource.class)
class MessagingQuarkusTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String SAMPLED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  @Inject Outbox outbox;
  @Inject AuditTrail trail;
  @Inject AuditVerifier verifier;
  @Inject Pool pool;
  @Inject Mutiny.SessionFactory sessions;

  @Test
  void carriesAnEventFromOneTransactionToAnother() {
    // Given
    String reason = UUID.randomUUID().toString();

    // When
    pool.withTransaction(tx -> outbox.append(tx, List.of(event(reason, Cause.fresh()))))
        .await()
        .indefinitely();
    outbox.nudge();

    // Then
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(effects()).contains(reason));
  }

  @Test
  void continuesASampledTraceInAConsumerSpan() {
    // Given
    String reason = UUID.randomUUID().toString();

    // When
    pool.withTransaction(
            tx -> outbox.append(tx, List.of(event(reason, new Cause("story", null, SAMPLED)))))
        .await()
        .indefinitely();
    outbox.nudge();

    // Then
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(effects()).contains(reason));
    String trace =
        pool.query("select trace from probe where what = '" + reason + "'")
            .execute()
            .await()
            .indefinitely()
            .iterator()
            .next()
            .getString(0);
    assertThat(trace).startsWith(SAMPLED.substring(0, 35)).isNotEqualTo(SAMPLED);
  }

  @Test
  @RunOnVertxContext
  void appendsInsideAManagedSession(UniAsserter asserter) {
    String reason = UUID.randomUUID().toString();
    AuditEntry entry =
        new AuditEntry("t1", "probe.done", "tester", reason, Map.of("b", "2", "a", "1"));
    asserter.execute(
        () ->
            sessions.withTransaction(
                session ->
                    outbox
                        .append(session, List.of(event(reason, Cause.fresh())))
                        .chain(() -> trail.append(session, List.of(entry)))));
    asserter.execute(outbox::nudge);
    asserter.assertThat(() -> rows("audit where subject = '" + reason + "'"), this::isOne);
  }

  @Test
  @RunOnVertxContext
  void appendsInsideAStatelessSession(UniAsserter asserter) {
    String reason = UUID.randomUUID().toString();
    AuditEntry entry = new AuditEntry("t1", "probe.done", "tester", reason, Map.of());
    asserter.execute(
        () ->
            sessions.withStatelessTransaction(
                session ->
                    outbox
                        .append(session, List.of(event(reason, Cause.fresh())))
                        .chain(() -> trail.append(session, List.of(entry)))));
    asserter.execute(outbox::nudge);
    asserter.assertThat(() -> rows("audit where subject = '" + reason + "'"), this::isOne);
  }

  @Test
  void sealsOnItsOwn() {
    // Given
    AuditEntry entry = new AuditEntry("t1", "probe.done", "tester", "sealing", Map.of("a", "1"));

    // When
    pool.withTransaction(tx -> trail.append(tx, List.of(entry))).await().indefinitely();

    // Then
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              AuditVerdict verdict = verifier.verify().await().indefinitely();
              assertThat(verdict.intact()).isTrue();
              assertThat(verdict.entries()).isPositive();
              assertThat(verdict.unsealed()).isZero();
            });
  }

  private io.smallrye.mutiny.Uni<Long> rows(String table) {
    return pool.query("select count(*) from " + table)
        .execute()
        .map(rows -> rows.iterator().next().getLong(0));
  }

  private void isOne(@Nullable Long count) {
    assertThat(count).isEqualTo(1);
  }

  private static OutboundEvent event(String reason, Cause cause) {
    return new OutboundEvent(
        "t1", Topics.DEVICE_STATUS, "t1/dev", Samples.payload("dev", reason), cause);
  }

  private List<String> effects() {
    List<String> effects = new ArrayList<>();
    pool.query("select what from probe")
        .execute()
        .await()
        .indefinitely()
        .forEach(row -> effects.add(row.getString(0)));
    return effects;
  }
}
