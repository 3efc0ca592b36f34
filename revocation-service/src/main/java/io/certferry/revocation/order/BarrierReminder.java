package io.certferry.revocation.order;

import io.certferry.messaging.Outbox;
import io.certferry.messaging.WorkLoop;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/** Announces orders again whose barrier nobody reported: Kafka may have lost the first word. */
@Singleton
public class BarrierReminder {

  private static final int BATCH = 500;
  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final double LONGEST_PAUSE_SECONDS = 600;

  private static final String DUE =
      """
      update revocation r set barrier_sends = r.barrier_sends + 1,
        barrier_due = now() + make_interval(secs => least($2 * power(2, r.barrier_sends), $3))
      where r.id = any(array(select id from revocation where barrier_due <= now() order by barrier_due
        limit $1 for update skip locked))
      """;

  private final Pool pool;
  private final Transitions transitions;
  private final Outbox outbox;
  private final CaConfig config;
  private final WorkLoop loop;

  public BarrierReminder(Pool pool, Transitions transitions, Outbox outbox, CaConfig config) {
    this.pool = pool;
    this.transitions = transitions;
    this.outbox = outbox;
    this.config = config;
    this.loop = new WorkLoop("barrier-reminder", 1, LOOK, this::remindOnce);
  }

  void onStart(@Observes StartupEvent event) {
    loop.start();
  }

  void onStop(@Observes ShutdownEvent event) {
    loop.stop();
  }

  /** One round; returns how many orders were announced again. */
  public int remindOnce() {
    double pause = config.barrierResendAfter().toMillis() / 1000.0;
    List<Revocation> due =
        pool.withTransaction(
                tx ->
                    transitions
                        .update(tx, DUE, Tuple.of(BATCH, pause, LONGEST_PAUSE_SECONDS))
                        .call(
                            rows ->
                                outbox.append(
                                    tx, rows.stream().map(Announcements::ordered).toList())))
            .await()
            .indefinitely();
    if (!due.isEmpty()) {
      outbox.nudge();
    }
    return due.size();
  }
}
