package io.certferry.revocation.intake;

import io.certferry.messaging.Cause;
import io.certferry.messaging.Outbox;
import io.certferry.messaging.WorkLoop;
import io.certferry.revocation.order.Order;
import io.certferry.revocation.order.OrderRevocations;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/**
 * Ends the certificates of deleted profiles in small transactions, however many there are, and
 * those that are reported only later.
 */
@Singleton
class ProfileSweep {

  private static final int BATCH = 500;
  private static final Duration LOOK = Duration.ofSeconds(2);

  private final Pool pool;
  private final EndingStore endings;
  private final OrderRevocations orders;
  private final Outbox outbox;
  private final WorkLoop loop;

  ProfileSweep(Pool pool, EndingStore endings, OrderRevocations orders, Outbox outbox) {
    this.pool = pool;
    this.endings = endings;
    this.orders = orders;
    this.outbox = outbox;
    this.loop = new WorkLoop("profile-sweep", 1, LOOK, this::sweepOnce);
  }

  void onStart(@Observes StartupEvent event) {
    loop.start();
  }

  void onStop(@Observes ShutdownEvent event) {
    loop.stop();
  }

  void nudge() {
    loop.nudge();
  }

  int sweepOnce() {
    int seen = pool.withTransaction(this::sweep).await().indefinitely();
    if (seen > 0) {
      outbox.nudge();
    }
    return seen;
  }

  private Uni<Integer> sweep(SqlConnection tx) {
    return endings
        .ofDeletedProfiles(tx, BATCH)
        .call(ended -> ended.isEmpty() ? Uni.createFrom().voidItem() : end(tx, ended))
        .map(List::size);
  }

  private Uni<Void> end(SqlConnection tx, List<EndingStore.EndedRequest> ended) {
    Cause cause = Cause.fresh();
    List<Order> all =
        ended.stream()
            .map(one -> Order.of(one.requestId(), one.trigger(), one.eventAt(), cause))
            .toList();
    return orders
        .order(tx, all)
        .chain(
            () ->
                endings.swept(
                    tx, ended.stream().map(EndingStore.EndedRequest::requestId).toList()));
  }
}
