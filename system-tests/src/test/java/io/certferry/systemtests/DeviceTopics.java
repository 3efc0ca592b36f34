package io.certferry.systemtests;

import io.certferry.contracts.ContractJson;
import io.certferry.contracts.EventTypes;
import io.certferry.contracts.Headers;
import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.RemovalRequested;
import io.certferry.local.LocalStack;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The topics between the MDM and the system, as the MDM uses them. */
final class DeviceTopics {

  private static final String TENANT = "default";

  private final LocalStack stack;

  DeviceTopics(LocalStack stack) {
    this.stack = stack;
  }

  /** Something of a device's life ended. */
  void ended(ManagedDevice device, Object event) throws ExecutionException, InterruptedException {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            Topics.DEVICE_LIFECYCLE, Keys.device(TENANT, device.id()), ContractJson.write(event));
    headers(event)
        .forEach(
            (name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stack.kafka().bootstrapServers(), "acks", "all"),
            new StringSerializer(),
            new ByteArraySerializer())) {
      producer.send(record).get();
    }
  }

  private static Map<String, String> headers(Object event) {
    return Map.of(
        Headers.SPEC_VERSION,
        "1.0",
        Headers.ID,
        UUID.randomUUID().toString(),
        Headers.TYPE,
        EventTypes.nameOf(event),
        Headers.SOURCE,
        "mdm",
        Headers.TIME,
        Instant.now().toString(),
        Headers.TENANT,
        TENANT,
        Headers.CORRELATION_ID,
        UUID.randomUUID().toString(),
        Headers.CONTENT_TYPE,
        "application/json");
  }

  /** What the MDM was asked to remove from devices so far. */
  List<RemovalRequested> removals() {
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", stack.kafka().bootstrapServers()),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topics.CERTIFICATES).stream()
              .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<RemovalRequested> found = new ArrayList<>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          if (type(record).contains("RemovalRequested")) {
            found.add(ContractJson.read(record.value(), RemovalRequested.class));
          }
        }
      }
      return found;
    }
  }

  private static String type(ConsumerRecord<String, byte[]> record) {
    return new String(record.headers().lastHeader(Headers.TYPE).value(), StandardCharsets.UTF_8);
  }
}
