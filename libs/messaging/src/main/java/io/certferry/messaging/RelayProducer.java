package io.certferry.messaging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends rows in order and says what became of each. The producer is idempotent and never gives a
 * batch up by itself, so what it sends to a partition arrives in order; giving up is done by
 * throwing the whole producer away, after which nothing later can have overtaken. For one thread.
 */
final class RelayProducer {

  private static final Logger LOG = Logger.getLogger(RelayProducer.class);
  private static final int BUFFER_BYTES = 16 * 1024 * 1024;
  private static final Set<String> KNOWN_SETTINGS = ProducerConfig.configNames();

  private final Map<String, Object> settings;
  private final Duration stuckAfter;
  private @Nullable Producer<byte[], byte[]> producer;

  RelayProducer(Map<String, Object> kafka, OutboxConfig.Relay config, ServiceName service) {
    this.settings = settings(kafka, config, service);
    this.stuckAfter = config.stuckAfter();
  }

  private static Map<String, Object> settings(
      Map<String, Object> kafka, OutboxConfig.Relay config, ServiceName service) {
    Map<String, Object> settings = new HashMap<>();
    kafka.forEach(
        (name, value) -> {
          if (KNOWN_SETTINGS.contains(name)) {
            settings.put(name, value);
          }
        });
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, service.value() + "-outbox");
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, config.linger().toMillis());
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, config.compression());
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, config.maxBlock().toMillis());
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
    settings.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    settings.putIfAbsent(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 50);
    settings.putIfAbsent(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
    settings.putIfAbsent(ProducerConfig.METADATA_MAX_AGE_CONFIG, 30_000);
    settings.putIfAbsent(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
    settings.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, 65_536);
    return settings;
  }

  /**
   * Sends all, in order, and waits for all; a row behind a refused one of its lane is not tried.
   */
  Round send(List<UnsentRow> rows) {
    Round round = new Round();
    Map<UnsentRow, Future<RecordMetadata>> inFlight = new LinkedHashMap<>();
    try {
      for (UnsentRow row : rows) {
        if (round.mayTry(row)) {
          hand(row, round, inFlight);
        }
      }
      await(inFlight, round);
    } catch (KafkaException e) {
      round.fail(SendFault.PRODUCER, e);
    }
    if (round.producerIsSpent()) {
      discard();
    }
    return round;
  }

  private void hand(UnsentRow row, Round round, Map<UnsentRow, Future<RecordMetadata>> inFlight) {
    Future<RecordMetadata> answer = producer().send(row.toRecord());
    if (answer.isDone()) {
      settle(row, answer, round, 0);
    } else {
      inFlight.put(row, answer);
    }
  }

  private void await(Map<UnsentRow, Future<RecordMetadata>> inFlight, Round round) {
    if (inFlight.isEmpty()) {
      return;
    }
    inFlight.forEach(
        (row, answer) -> {
          if (round.stuck) {
            settle(row, answer, round, 0);
          } else {
            settle(row, answer, round, stuckAfter.toNanos());
          }
        });
  }

  private void settle(
      UnsentRow row, Future<RecordMetadata> answer, Round round, long patienceNanos) {
    try {
      answer.get(patienceNanos, TimeUnit.NANOSECONDS);
      round.sent(row);
    } catch (ExecutionException e) {
      round.refused(row, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      round.stuck = true;
      round.fail(SendFault.BROKER, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptException(e);
    }
  }

  private Producer<byte[], byte[]> producer() {
    Producer<byte[], byte[]> current = producer;
    if (current == null) {
      current = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
      producer = current;
    }
    return current;
  }

  /** Throws the producer away with whatever it still holds; those rows are still in the table. */
  void discard() {
    Producer<byte[], byte[]> current = producer;
    producer = null;
    if (current != null) {
      try {
        current.close(Duration.ZERO);
      } catch (KafkaException e) {
        LOG.debugf(e, "event=producer-close-failed");
      }
    }
  }

  /** What became of the rows of one claim. */
  static final class Round {
    private static final int TOPICS_BEFORE_BROKER_IS_BLAMED = 2;

    private final List<UnsentRow> sent = new ArrayList<>();
    private final Map<UnsentRow, Throwable> rejected = new LinkedHashMap<>();
    private final Set<String> waitingTopics = new HashSet<>();
    private final Set<String> waitingLanes = new HashSet<>();
    private @Nullable SendFault fault;
    private @Nullable Throwable cause;
    private boolean stuck;

    boolean mayTry(UnsentRow row) {
      return fault == null
          && !waitingTopics.contains(row.topic())
          && !waitingLanes.contains(row.lane());
    }

    void sent(UnsentRow row) {
      sent.add(row);
    }

    void refused(UnsentRow row, Throwable error) {
      waitingLanes.add(row.lane());
      SendFault kind = SendFault.of(error);
      switch (kind) {
        case RECORD -> rejected.put(row, error);
        case TOPIC -> waitForTopic(row.topic(), error);
        case BROKER, PRODUCER -> fail(kind, error);
      }
    }

    private void waitForTopic(String topic, Throwable error) {
      waitingTopics.add(topic);
      LOG.warnf("event=topic-not-ready topic=%s error=%s", topic, error.getMessage());
      if (sent.isEmpty() && waitingTopics.size() >= TOPICS_BEFORE_BROKER_IS_BLAMED) {
        fail(SendFault.BROKER, error);
      }
    }

    void fail(SendFault kind, Throwable error) {
      if (fault == null || kind == SendFault.PRODUCER) {
        fault = kind;
        cause = error;
      }
    }

    boolean producerIsSpent() {
      return stuck || fault == SendFault.PRODUCER;
    }

    List<UnsentRow> sentRows() {
      return sent;
    }

    Map<UnsentRow, Throwable> rejectedRows() {
      return rejected;
    }

    Set<String> waitingTopicNames() {
      return waitingTopics;
    }

    /** Why everything must wait; null if it need not. */
    @Nullable Throwable fault() {
      return fault == null ? null : cause;
    }
  }
}
