package io.certferry.revocation.plan;

import io.certferry.messaging.Cause;
import io.certferry.messaging.Outbox;
import io.certferry.messaging.WorkLoop;
import io.certferry.revocation.order.Order;
import io.certferry.revocation.order.OrderRevocations;
import io.certferry.revocation.policy.Reason;
import io.certferry.revocation.policy.Trigger;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/**
 * Places the orders of running plans at their pace. The plan's row is locked while a handful is
 * ordered, so that nothing is ordered after a pause or an abort has been answered.
 */
@Singleton
public class PlanExecution {

  private static final int BATCH = 100;
  private static final Duration LOOK = Duration.ofMillis(500);

  private final Pool pool;
  private final PlanStore store;
  private final OrderRevocations orders;
  private final Outbox outbox;
  private final PlanConfig config;
  private final InstantSource clock;
  private final WorkLoop loop;

  PlanExecution(
      Pool pool,
      PlanStore store,
      OrderRevocations orders,
      Outbox outbox,
      PlanConfig config,
      InstantSource clock) {
    this.pool = pool;
    this.store = store;
    this.orders = orders;
    this.outbox = outbox;
    this.config = config;
    this.clock = clock;
    this.loop = new WorkLoop("plan-execution", 1, LOOK, this::executeOnce);
  }

  void onStart(@Observes StartupEvent event) {
    if (config.enabled()) {
      loop.start();
    }
  }

  void onStop(@Observes ShutdownEvent event) {
    loop.stop();
  }

  void nudge() {
    loop.nudge();
  }

  /** One handful of each running plan; returns how many certificates were ordered. */
  public int executeOnce() {
    int total = 0;
    for (int skip = 0; ; skip++) {
      int offset = skip;
      int worked = pool.withTransaction(tx -> execute(tx, offset)).await().indefinitely();
      if (worked < 0) {
        break;
      }
      total += worked;
    }
    if (total > 0) {
      outbox.nudge();
    }
    return total;
  }

  /** Negative when there is no such plan. */
  private Uni<Integer> execute(SqlConnection tx, int skip) {
    return store
        .claim(tx, skip)
        .chain(
            claimed -> claimed.map(c -> execute(tx, c)).orElseGet(() -> Uni.createFrom().item(-1)));
  }

  private Uni<Integer> execute(SqlConnection tx, PlanStore.Claimed claimed) {
    int allowed = (int) Math.min(BATCH, Math.floor(claimed.available()));
    return allowed < 1
        ? Uni.createFrom().item(0)
        : store
            .nextItems(tx, claimed.plan(), allowed)
            .call(ids -> orders.order(tx, all(claimed.plan(), ids)))
            .call(
                ids ->
                    store.advance(
                        tx,
                        claimed.plan(),
                        Math.max(1, ids.size()),
                        claimed.available() - ids.size()))
            .map(List::size);
  }

  private List<Order> all(Plan plan, List<UUID> requestIds) {
    Trigger trigger = Trigger.of(plan.trigger()).orElse(Trigger.MASS);
    Reason reason = plan.reason() == null ? null : Reason.of(plan.reason()).orElse(null);
    String by = plan.confirmedBy() == null ? plan.createdBy() : plan.confirmedBy();
    return requestIds.stream()
        .map(
            id ->
                new Order(
                    id,
                    trigger,
                    clock.instant(),
                    reason,
                    by,
                    plan.comment(),
                    plan.id(),
                    Cause.withCorrelationId(plan.id().toString())))
        .toList();
  }
}
