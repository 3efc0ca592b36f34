package io.certferry.pfximport;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.ConfigProvider;

/** Reads a topic from its beginning, as a neighbour would. */
final class EventsOfTheTopic implements AutoCloseable {

  private final KafkaConsumer<String, byte[]> consumer;
  private final List<ConsumerRecord<String, byte[]>> seen = new ArrayList<>();

  EventsOfTheTopic(String topic) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(
        "bootstrap.servers",
        ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class));
    consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  private void poll() {
    consumer.poll(Duration.ofMillis(200)).forEach(seen::add);
  }

  /** Every record so far: keys and values. */
  List<ConsumerRecord<String, byte[]>> records() {
    poll();
    return seen;
  }

  /** Events of a type about something, in their order. */
  List<JsonNode> all(String type, String member, UUID id) {
    poll();
    List<JsonNode> found = new ArrayList<>();
    for (ConsumerRecord<String, byte[]> record : seen) {
      JsonNode json = DeliveryQuarkusTest.json(record.value());
      if (type(record).contains("." + type + ".")
          && json.path(member).asText().equals(id.toString())) {
        found.add(json);
      }
    }
    return found;
  }

  JsonNode await(String type, String member, UUID id) {
    return org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> all(type, member, id), found -> !found.isEmpty())
        .get(0);
  }

  List<JsonNode> ofImport(UUID importId) {
    return all("ImportChanged", "importId", importId);
  }

  private static String type(ConsumerRecord<String, byte[]> record) {
    Header header = record.headers().lastHeader(Headers.TYPE);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
