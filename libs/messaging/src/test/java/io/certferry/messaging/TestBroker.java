package io.certferry.messaging;

import io.certferry.testkit.kafka.EmbeddedKafka;
import io.certferry.testkit.kafka.KafkaNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/** Topics and records of a real Kafka; one node serves all tests of this JVM. */
final class TestBroker {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static @Nullable KafkaNode shared;

  private final String bootstrapServers;

  TestBroker(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  static synchronized TestBroker shared() {
    KafkaNode current = shared;
    if (current == null) {
      EmbeddedKafka started = EmbeddedKafka.start();
      Runtime.getRuntime().addShutdownHook(new Thread(started::close));
      current = started;
      shared = started;
    }
    return new TestBroker(current.bootstrapServers());
  }

  Map<String, Object> settings() {
    return Map.of("bootstrap.servers", bootstrapServers);
  }

  /** A new topic whose name starts so. */
  String topic(String prefix) {
    String name = prefix + "-" + UUID.randomUUID();
    create(name, Map.of());
    return name;
  }

  void create(String name, Map<String, String> config) {
    try (Admin admin = Admin.create(settings())) {
      admin.createTopics(List.of(new NewTopic(name, 3, (short) 1).configs(config))).all().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All records of the topic, once there are at least so many. */
  List<ConsumerRecord<String, byte[]>> read(String topic, int atLeast) {
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    Map<String, Object> settings = new HashMap<>(settings());
    settings.put("auto.offset.reset", "earliest");
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (records.size() < atLeast || !atEnd(consumer, partitions)) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError("only " + records.size() + " of " + atLeast + " in " + topic);
        }
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }

  private static boolean atEnd(KafkaConsumer<?, ?> consumer, List<TopicPartition> partitions) {
    return consumer.endOffsets(partitions).entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }
}
