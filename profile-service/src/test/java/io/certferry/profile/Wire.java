package io.certferry.profile;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.certferry.contracts.ContractJson;
import io.certferry.contracts.EventTypes;
import io.certferry.contracts.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Kafka as the other services see it. */
public final class Wire implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(200);

  private final String bootstrapServers;
  private final KafkaProducer<String, byte[]> producer;

  public Wire(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "linger.ms", "0"),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  /** Sends an event; returns its {@code ce_id}. */
  public UUID send(String topic, String tenant, String key, Object payload) {
    UUID id = UUID.randomUUID();
    Map<String, String> headers = envelope(id, tenant, EventTypes.nameOf(payload));
    sendRaw(topic, key, headers, ContractJson.write(payload));
    return id;
  }

  /** An envelope in which everything is right. */
  public static Map<String, String> envelope(UUID id, String tenant, String type) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(Headers.SPEC_VERSION, "1.0");
    headers.put(Headers.ID, id.toString());
    headers.put(Headers.TYPE, type);
    headers.put(Headers.SOURCE, "/test");
    headers.put(Headers.TIME, Instant.now().toString());
    headers.put(Headers.TENANT, tenant);
    return headers;
  }

  /** Sends anything. */
  public void sendRaw(
      String topic, String key, Map<String, String> headers, byte @Nullable [] value) {
    ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, key, value);
    headers.forEach((name, text) -> record.headers().add(name, text.getBytes(UTF_8)));
    producer.send(record);
    producer.flush();
  }

  /** Waits until a topic holds so many matching records, and returns them in order. */
  public List<ConsumerRecord<String, byte[]>> await(
      String topic, int count, Predicate<ConsumerRecord<String, byte[]>> matching) {
    return Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(POLL)
        .until(() -> all(topic, matching), found -> found.size() >= count);
  }

  /** Every matching record that a topic holds now. */
  public List<ConsumerRecord<String, byte[]>> all(
      String topic, Predicate<ConsumerRecord<String, byte[]>> matching) {
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(p -> new TopicPartition(topic, p.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          if (matching.test(record)) {
            found.add(record);
          }
        }
      }
      return found;
    }
  }

  /** A header's text; empty if there is none. */
  public static String header(ConsumerRecord<?, ?> record, String name) {
    var header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), UTF_8);
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
  }
}
