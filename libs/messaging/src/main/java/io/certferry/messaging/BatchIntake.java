package io.certferry.messaging;

import io.certferry.contracts.metric.MessagingMetrics;
import io.certferry.messaging.crash.CrashPoint;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * Takes a batch of records into the database in one transaction and completes once it has
 * committed, which is when the batch may be acknowledged. It never fails:
 *
 * <ul>
 *   <li>What is no event of the contract goes to the dead letters, in the same transaction, and
 *       holds nobody up.
 *   <li>While the database is away, busy or not migrated the batch is tried again, with back-off,
 *       for as long as it takes.
 *   <li>If a record makes the handler fail, the batch is halved until that record stands alone;
 *       after some tries it goes to the dead letters, and is not in the inbox, so that a replay can
 *       bring it back.
 * </ul>
 *
 * <p>Order within the batch is kept. At shutdown a batch that cannot commit is left unacknowledged.
 */
@Singleton
public class BatchIntake {

  private static final Logger LOG = Logger.getLogger(BatchIntake.class);
  private static final double JITTER = 0.5;

  private final Pool pool;
  private final Inbox inbox;
  private final Outbox outbox;
  private final IntakeConfig config;
  private final ConsumerSpans spans;
  private final MeterRegistry metrics;
  private final Counter retries;
  private volatile boolean stopping;

  public BatchIntake(
      Pool pool,
      Inbox inbox,
      Outbox outbox,
      IntakeConfig config,
      ConsumerSpans spans,
      MeterRegistry metrics) {
    this.pool = pool;
    this.inbox = inbox;
    this.outbox = outbox;
    this.config = config;
    this.spans = spans;
    this.metrics = metrics;
    this.retries = Meters.counter(metrics, MessagingMetrics.INTAKE_RETRIES);
  }

  /** The effect of events, in the transaction that takes them in. */
  @FunctionalInterface
  public interface BatchHandler {

    /**
     * Applies the events in their order, with few set-based statements. Runs on an event loop: it
     * must not block and must not compute for long. It may append to the {@link Outbox} on {@code
     * tx}; the relay is nudged after the commit. It may be called again with the same or fewer
     * events after a failure; everything it did on {@code tx} is rolled back then.
     *
     * @param events at least one; with {@link IntakeMode#INBOX} only such as were never accepted
     *     before
     */
    Uni<Void> handle(SqlConnection tx, List<InboundEvent<?>> events);
  }

  void onStop(@Observes ShutdownEvent event) {
    stopping = true;
  }

  /**
   * Takes a batch in.
   *
   * @param consumer the consumer group: names the inbox entries and the dead-letter topics
   * @param batch records in the order of their partitions' offsets, such as {@code ConsumerRecords}
   * @return completes after the commit; never fails
   */
  public Uni<Void> handle(
      String consumer,
      Iterable<ConsumerRecord<String, byte[]>> batch,
      BatchHandler handler,
      IntakeMode mode) {
    return take(batch, new Taking(consumer, new InOneTransaction(consumer, handler, mode)));
  }

  /**
   * Takes in a batch whose effect is worked out first and may refuse records; the handler's own
   * unique keys make it idempotent, as with {@link IntakeMode#NATURAL_KEY}.
   *
   * @param consumer the consumer group: names the dead-letter topics
   * @param batch records in the order of their partitions' offsets, such as {@code ConsumerRecords}
   * @return completes after the commit; never fails
   */
  public <P> Uni<Void> handle(
      String consumer, Iterable<ConsumerRecord<String, byte[]>> batch, PreparedHandler<P> handler) {
    return take(batch, new Taking(consumer, new PreparedFirst<>(handler)));
  }

  private Uni<Void> take(Iterable<ConsumerRecord<String, byte[]>> batch, Taking taking) {
    return Uni.createFrom()
        .deferred(() -> taking.take(decode(batch)))
        .invoke(CrashPoint.INTAKE_AFTER_COMMIT_BEFORE_ACK::hit)
        .onFailure()
        .recoverWithUni(this::abandon);
  }

  /**
   * A failure here would send the whole batch to the dead letters; no answer means no
   * acknowledgement.
   */
  private Uni<Void> abandon(Throwable failure) {
    LOG.warnf("event=batch-left-unacknowledged error=%s", FailureKind.describe(failure));
    return Uni.createFrom().nothing();
  }

  private static List<Item> decode(Iterable<ConsumerRecord<String, byte[]>> batch) {
    List<Item> items = new ArrayList<>();
    batch.forEach(record -> items.add(decode(record)));
    return items;
  }

  private static Item decode(ConsumerRecord<String, byte[]> record) {
    try {
      return new Item.Event(record, CloudEvents.decode(record));
    } catch (UnreadableRecordException e) {
      return new Item.Dead(new DeadLetter(record, e.reason(), String.valueOf(e.getMessage())));
    } catch (RuntimeException e) {
      return new Item.Dead(new DeadLetter(record, "undecodable", FailureKind.describe(e)));
    }
  }

  /** A record of the batch. */
  private sealed interface Item {
    record Event(ConsumerRecord<String, byte[]> record, InboundEvent<?> event) implements Item {}

    record Dead(DeadLetter letter) implements Item {}
  }

  /** One batch on its way. */
  private final class Taking {
    private final String consumer;
    private final Effect effect;

    Taking(String consumer, Effect effect) {
      this.consumer = consumer;
      this.effect = effect;
    }

    Uni<Void> take(List<Item> items) {
      return items.isEmpty()
          ? Uni.createFrom().voidItem()
          : commitWhenPossible(items)
              .onFailure(this::isOfARecord)
              .recoverWithUni(failure -> narrow(items, failure));
    }

    private Uni<Void> narrow(List<Item> items, Throwable failure) {
      if (items.size() == 1) {
        return takeAlone((Item.Event) items.get(0), failure);
      }
      int half = items.size() / 2;
      return take(items.subList(0, half)).chain(() -> take(items.subList(half, items.size())));
    }

    private Uni<Void> takeAlone(Item.Event item, Throwable first) {
      LOG.warnf(first, "event=record-fails %s", where(item.record()));
      List<Item> alone = List.of(item);
      return Uni.createFrom()
          .deferred(() -> commitWhenPossible(alone))
          .onFailure(this::isOfARecord)
          .retry()
          .withBackOff(config.firstBackoff(), config.longestBackoff())
          .withJitter(JITTER)
          .atMost(Math.max(1, config.attempts() - 2L))
          .onFailure(this::isOfARecord)
          .recoverWithUni(failure -> bury(item, first));
    }

    private Uni<Void> bury(Item.Event item, Throwable failure) {
      String detail = FailureKind.describe(failure);
      LOG.errorf("event=record-dead %s error=%s", where(item.record()), detail);
      return commitWhenPossible(
          List.of(new Item.Dead(new DeadLetter(item.record(), "failed", detail))));
    }

    private boolean isOfARecord(Throwable failure) {
      return !stopping && FailureKind.of(failure) == FailureKind.RECORD;
    }

    /** Fails only for a record's sake or at shutdown. */
    private Uni<Void> commitWhenPossible(List<Item> items) {
      boolean onlyDead = items.stream().allMatch(Item.Dead.class::isInstance);
      return Uni.createFrom()
          .deferred(() -> commit(items))
          .onFailure(failure -> shouldRetry(failure, onlyDead))
          .invoke(failure -> noteRetry(items, failure))
          .onFailure(failure -> shouldRetry(failure, onlyDead))
          .retry()
          .withBackOff(config.firstBackoff(), config.longestBackoff())
          .withJitter(JITTER)
          .indefinitely();
    }

    private boolean shouldRetry(Throwable failure, boolean onlyDead) {
      return !stopping && (onlyDead || FailureKind.of(failure) == FailureKind.TRANSIENT);
    }

    private void noteRetry(List<Item> items, Throwable failure) {
      retries.increment();
      LOG.warnf(
          "event=batch-retry consumer=%s records=%d error=%s",
          consumer, items.size(), FailureKind.describe(failure));
    }

    private Uni<Void> commit(List<Item> items) {
      List<DeadLetter> dead = dead(items);
      var traced = spans.start(events(items));
      return effect
          .commit(
              traced.events(),
              (tx, refusals) -> {
                List<DeadLetter> all = new ArrayList<>(dead);
                all.addAll(refused(items, refusals));
                return outbox
                    .insert(tx, rows(all))
                    .invoke(CrashPoint.INTAKE_BEFORE_COMMIT::hit)
                    .replaceWith(all);
              })
          .onTermination()
          .invoke(traced::end)
          .invoke(this::committed)
          .replaceWithVoid();
    }

    private List<DeadLetter> refused(List<Item> items, List<Refusal> refusals) {
      if (refusals.isEmpty()) {
        return List.of();
      }
      Map<String, ConsumerRecord<String, byte[]>> records = new HashMap<>();
      for (Item item : items) {
        if (item instanceof Item.Event event) {
          records.put(where(event.record()), event.record());
        }
      }
      return refusals.stream().map(refusal -> refusal.letter(records)).toList();
    }

    private List<OutboxRow> rows(List<DeadLetter> dead) {
      return dead.stream().map(letter -> letter.toRow(consumer)).toList();
    }

    private void committed(List<DeadLetter> dead) {
      dead.forEach(this::count);
      outbox.nudge();
    }

    private void count(DeadLetter letter) {
      Meters.counter(
              metrics, MessagingMetrics.DEAD_LETTERED, letter.record().topic(), letter.reason())
          .increment();
      LOG.warnf(
          "event=dead-letter consumer=%s reason=%s %s",
          consumer, letter.reason(), where(letter.record()));
    }
  }

  /** How a batch takes effect: one commit, the dead letters in it. */
  private interface Effect {
    Uni<List<DeadLetter>> commit(
        List<InboundEvent<?>> events,
        BiFunction<SqlConnection, List<Refusal>, Uni<List<DeadLetter>>> burial);
  }

  /** Everything happens in the transaction. */
  private final class InOneTransaction implements Effect {
    private final String consumer;
    private final BatchHandler handler;
    private final IntakeMode mode;

    InOneTransaction(String consumer, BatchHandler handler, IntakeMode mode) {
      this.consumer = consumer;
      this.handler = handler;
      this.mode = mode;
    }

    @Override
    public Uni<List<DeadLetter>> commit(
        List<InboundEvent<?>> events,
        BiFunction<SqlConnection, List<Refusal>, Uni<List<DeadLetter>>> burial) {
      return pool.withTransaction(
          tx ->
              fresh(tx, events)
                  .chain(fresh -> effect(tx, fresh))
                  .chain(() -> burial.apply(tx, List.of())));
    }

    private Uni<List<InboundEvent<?>>> fresh(SqlConnection tx, List<InboundEvent<?>> events) {
      if (mode == IntakeMode.NATURAL_KEY || events.isEmpty()) {
        return Uni.createFrom().item(events);
      }
      return inbox
          .accept(tx, consumer, events.stream().map(InboundEvent::id).toList())
          .map(ids -> firstOfEach(ids, events));
    }

    private List<InboundEvent<?>> firstOfEach(Set<UUID> ids, List<InboundEvent<?>> events) {
      Set<UUID> left = new HashSet<>(ids);
      List<InboundEvent<?>> fresh = new ArrayList<>();
      for (InboundEvent<?> event : events) {
        if (left.remove(event.id())) {
          fresh.add(event);
        }
      }
      return fresh;
    }

    private Uni<Void> effect(SqlConnection tx, List<InboundEvent<?>> fresh) {
      return fresh.isEmpty() ? Uni.createFrom().voidItem() : handler.handle(tx, fresh);
    }
  }

  /** First the thinking, then the transaction, if there is anything to write. */
  private final class PreparedFirst<P> implements Effect {
    private final PreparedHandler<P> handler;

    PreparedFirst(PreparedHandler<P> handler) {
      this.handler = handler;
    }

    @Override
    public Uni<List<DeadLetter>> commit(
        List<InboundEvent<?>> events,
        BiFunction<SqlConnection, List<Refusal>, Uni<List<DeadLetter>>> burial) {
      return events.isEmpty()
          ? pool.withTransaction(tx -> burial.apply(tx, List.of()))
          : handler
              .prepare(events)
              .chain(
                  prepared ->
                      pool.withTransaction(
                          tx ->
                              handler
                                  .apply(tx, prepared)
                                  .chain(refusals -> burial.apply(tx, refusals))));
    }
  }

  private static List<InboundEvent<?>> events(List<Item> items) {
    List<InboundEvent<?>> events = new ArrayList<>();
    for (Item item : items) {
      if (item instanceof Item.Event event) {
        events.add(event.event());
      }
    }
    return events;
  }

  private static List<DeadLetter> dead(List<Item> items) {
    List<DeadLetter> dead = new ArrayList<>();
    for (Item item : items) {
      if (item instanceof Item.Dead letter) {
        dead.add(letter.letter());
      }
    }
    return dead;
  }

  private static String where(ConsumerRecord<?, ?> record) {
    return where(record.topic(), record.partition(), record.offset());
  }

  static String where(String topic, int partition, long offset) {
    return "topic=" + topic + " partition=" + partition + " offset=" + offset;
  }
}
