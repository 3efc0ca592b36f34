package io.certferry.issuance;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.certferry.contracts.ContractJson;
import io.certferry.contracts.EventTypes;
import io.certferry.contracts.Headers;
import io.certferry.contracts.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;

/**
 * The other ends of the wires: sends what profile-service, connectors and the MDM send, hears what
 * this service says.
 */
final class Wire implements AutoCloseable {

  private static final List<String> HEARD =
      List.of(
          Topics.CERTIFICATES,
          Topics.caCommands("builtin"),
          Topics.deadLetters("issuance-service", Topics.ISSUANCE_REQUESTS));

  private final KafkaProducer<String, byte[]> producer;
  private final List<Heard> heard = new CopyOnWriteArrayList<>();
  private final Thread listener;
  private volatile boolean listening = true;

  Wire(String bootstrapServers) {
    producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.ACKS_CONFIG,
                "all"),
            new StringSerializer(),
            new ByteArraySerializer());
    listener = new Thread(() -> listen(bootstrapServers), "wire-listener");
    listener.setDaemon(true);
    listener.start();
  }

  /** A record that was heard. */
  record Heard(String topic, String key, String type, String eventId, Object payload) {}

  UUID send(String tenant, String topic, String key, Object payload) {
    return send(UUID.randomUUID(), tenant, topic, key, payload);
  }

  UUID send(UUID id, String tenant, String topic, String key, Object payload) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(topic, key, ContractJson.write(payload));
    Map.of(
            Headers.SPEC_VERSION,
            "1.0",
            Headers.ID,
            id.toString(),
            Headers.TYPE,
            EventTypes.nameOf(payload),
            Headers.SOURCE,
            "/certferry/test",
            Headers.TIME,
            Instant.now().toString(),
            Headers.TENANT,
            tenant,
            Headers.CORRELATION_ID,
            "story-" + id,
            Headers.CONTENT_TYPE,
            "application/json")
        .forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
    try {
      producer.send(record).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
    return id;
  }

  /** Everything of a type so far that a predicate takes. */
  <T> List<T> heard(Class<T> type, Predicate<T> wanted) {
    List<T> found = new ArrayList<>();
    for (Heard one : heard) {
      if (type.isInstance(one.payload()) && wanted.test(type.cast(one.payload()))) {
        found.add(type.cast(one.payload()));
      }
    }
    return found;
  }

  List<Heard> heard() {
    return List.copyOf(heard);
  }

  /** Waits until at least so many were heard, and gives them. */
  <T> List<T> await(Class<T> type, int count, Predicate<T> wanted) {
    return Awaitility.await(type.getSimpleName())
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> heard(type, wanted), found -> found.size() >= count);
  }

  <T> T await(Class<T> type, Predicate<T> wanted) {
    List<T> found = await(type, 1, wanted);
    return found.get(found.size() - 1);
  }

  private void listen(String bootstrapServers) {
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "50"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (String topic : HEARD) {
        consumer
            .partitionsFor(topic)
            .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (listening) {
        consumer.poll(Duration.ofMillis(100)).forEach(record -> heard.add(read(record)));
      }
    }
  }

  private static Heard read(ConsumerRecord<String, byte[]> record) {
    String type = header(record, Headers.TYPE);
    Object payload =
        record.topic().endsWith(".dlq")
            ? new DeadLetter(record.key(), header(record, Headers.DLQ_REASON))
            : EventTypes.classOf(type)
                .<Object>map(known -> ContractJson.read(record.value(), known))
                .orElse(type);
    return new Heard(record.topic(), record.key(), type, header(record, Headers.ID), payload);
  }

  /** A record on a dead-letter topic. */
  record DeadLetter(String key, String reason) {}

  private static String header(ConsumerRecord<String, byte[]> record, String name) {
    var header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), UTF_8);
  }

  @Override
  public void close() {
    listening = false;
    producer.close();
  }
}
