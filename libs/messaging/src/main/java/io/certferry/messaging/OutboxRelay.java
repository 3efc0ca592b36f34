package io.certferry.messaging;

import io.certferry.contracts.metric.MessagingMetrics;
import io.certferry.messaging.crash.CrashPoint;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/**
 * Carries the outbox to Kafka: claims the oldest rows, sends them, waits for every acknowledgement
 * with no transaction open, deletes them.
 *
 * <p>An advisory lock of the database session lets one instance publish at a time and goes with the
 * connection of an instance that dies; so a connection pooler, if any, must pool sessions. A crash
 * between sending and deleting sends again: same id, same bytes, and each event's first arrival is
 * in order. What cannot be sent holds up its own key only, a missing topic its own topic only; a
 * broker that is away costs nothing but rows.
 */
@Singleton
public class OutboxRelay {

  private static final Logger LOG = Logger.getLogger(OutboxRelay.class);
  private static final int ROUNDS_PER_TURN = 200;
  private static final Duration STATE_INTERVAL = Duration.ofSeconds(2);
  private static final Duration LOCK_INTERVAL = Duration.ofMillis(10);

  private final Pool pool;
  private final OutboxConfig.Relay config;
  private final RelayProducer producer;
  private final Holdbacks topics = new Holdbacks();
  private final Holdbacks lanes = new Holdbacks();
  private final WorkLoop loop;
  private final Timer lag;
  private final Counter published;
  private final Counter parkings;
  private final AtomicLong unsent = new AtomicLong();
  private final AtomicLong parked = new AtomicLong();
  private volatile long oldestSince;
  private volatile boolean anyUnsent;
  private long stateDue = System.nanoTime();

  public OutboxRelay(
      Pool pool,
      Outbox outbox,
      ServiceName service,
      OutboxConfig config,
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      MeterRegistry metrics) {
    this.pool = pool;
    this.config = config.relay();
    this.producer = new RelayProducer(kafka, config.relay(), service);
    this.loop = new WorkLoop("outbox-relay", 1, config.relay().pollInterval(), this::turn);
    this.lag = Meters.timer(metrics, MessagingMetrics.OUTBOX_LAG);
    this.published = Meters.counter(metrics, MessagingMetrics.OUTBOX_PUBLISHED);
    this.parkings = Meters.counter(metrics, MessagingMetrics.OUTBOX_PARKINGS);
    Meters.gauge(metrics, MessagingMetrics.OUTBOX_OLDEST, this::oldestAgeSeconds);
    Meters.gauge(metrics, MessagingMetrics.OUTBOX_ROWS, unsent::get);
    Meters.gauge(metrics, MessagingMetrics.OUTBOX_PARKED, parked::get);
    outbox.onNudge(loop::nudge);
  }

  void onStart(@Observes StartupEvent event) {
    if (config.enabled()) {
      start();
    }
  }

  void onStop(@Observes ShutdownEvent event) {
    stop();
  }

  /** Starts carrying, each time it is nudged and each poll interval. */
  public void start() {
    loop.start();
  }

  /** Ends after the round it is in; what is left stays in the table. */
  public void stop() {
    loop.stop();
    closeProducer();
  }

  private synchronized void closeProducer() {
    producer.discard();
  }

  /**
   * Carries what is there now, on a worker thread, and gives the number of records published; 0
   * also if another instance holds the lock. Fails if the broker or the database is away.
   */
  public Uni<Integer> drainOnce() {
    return Uni.createFrom()
        .item(this::turn)
        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
  }

  private synchronized int turn() {
    SqlConnection connection = pool.getConnection().await().indefinitely();
    try {
      refreshState(connection);
      return lock(connection) ? publishAndUnlock(connection) : 0;
    } finally {
      connection.close().onFailure().recoverWithNull().await().indefinitely();
    }
  }

  /**
   * The holder may have looked for the last time before our rows were committed: asks until it lets
   * go, so that they need not wait for the next poll.
   */
  private boolean lock(SqlConnection connection) {
    long patienceEnds = System.nanoTime() + config.pollInterval().toNanos();
    while (!OutboxTable.lock(connection)) {
      if (!loop.isRunning() || System.nanoTime() - patienceEnds >= 0) {
        return false;
      }
      LockSupport.parkNanos(LOCK_INTERVAL.toNanos());
    }
    return true;
  }

  private int publishAndUnlock(SqlConnection connection) {
    try {
      int total = 0;
      for (int round = 0; round < ROUNDS_PER_TURN; round++) {
        int sent = round(connection);
        total += sent;
        if (sent == 0) {
          break;
        }
      }
      return total;
    } finally {
      OutboxTable.unlock(connection);
    }
  }

  private int round(SqlConnection connection) {
    List<UnsentRow> rows =
        OutboxTable.claim(connection, config.batchSize(), topics.current(), lanes.current());
    if (rows.isEmpty()) {
      return 0;
    }
    CrashPoint.RELAY_BEFORE_SEND.hit();
    long started = System.nanoTime();
    RelayProducer.Round round = producer.send(rows);
    CrashPoint.RELAY_AFTER_SEND_BEFORE_DELETE.hit();
    OutboxTable.delete(connection, round.sentRows().stream().map(UnsentRow::id).toList());
    CrashPoint.RELAY_AFTER_DELETE.hit();
    account(round, System.nanoTime() - started);
    round.waitingTopicNames().forEach(topics::hold);
    round.rejectedRows().forEach((row, error) -> reject(connection, row, error));
    if (round.fault() != null) {
      throw new BrokerUnavailableException(round.fault());
    }
    return round.sentRows().size();
  }

  private void account(RelayProducer.Round round, long tookNanos) {
    for (UnsentRow row : round.sentRows()) {
      lag.record(Duration.ofNanos((long) (row.ageSeconds() * 1e9) + tookNanos));
    }
    published.increment(round.sentRows().size());
    if (!topics.isEmpty() || !lanes.isEmpty()) {
      round
          .sentRows()
          .forEach(
              row -> {
                topics.clear(row.topic());
                lanes.clear(row.lane());
              });
    }
  }

  private void reject(SqlConnection connection, UnsentRow row, Throwable error) {
    String reason = error.getClass().getSimpleName();
    if (OutboxTable.reject(connection, row.id(), reason, config.parkAfterAttempts())) {
      parkings.increment();
      lanes.clear(row.lane());
      LOG.errorf(
          "event=outbox-record-parked outboxId=%d topic=%s reason=%s",
          row.id(), row.topic(), reason);
    } else {
      lanes.hold(row.lane());
    }
  }

  private void refreshState(SqlConnection connection) {
    long now = System.nanoTime();
    if (now - stateDue < 0) {
      return;
    }
    stateDue = now + STATE_INTERVAL.toNanos();
    OutboxTable.State state = OutboxTable.state(connection);
    unsent.set(state.unsent());
    parked.set(state.parked());
    oldestSince = now - (long) (state.oldestAgeSeconds() * 1e9);
    anyUnsent = state.unsent() > 0;
  }

  /** Goes on growing between two looks at the table, also while the broker is away. */
  private double oldestAgeSeconds() {
    return anyUnsent ? (System.nanoTime() - oldestSince) / 1e9 : 0;
  }

  /** Makes the loop back off. */
  private static final class BrokerUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokerUnavailableException(Throwable cause) {
      super("outbox rows stay, Kafka does not take them: " + cause, cause, false, false);
    }
  }
}
