package io.certferry.revocation.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.certferry.contracts.ContractJson;
import io.certferry.contracts.EventTypes;
import io.certferry.contracts.Headers;
import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.CaResult;
import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.event.DeviceLifecycleChanged;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.event.RequestProgressed;
import io.certferry.contracts.event.RequestState;
import io.certferry.messaging.EventIds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

/** Plays the other services on Kafka. For one thread. */
public final class Wire implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final KafkaProducer<String, byte[]> producer;
  private final KafkaConsumer<String, byte[]> consumer;
  private final List<ConsumerRecord<String, byte[]>> seen = new ArrayList<>();

  /** Listens to revocations and to the commands of these CAs, from now on. */
  public Wire(String bootstrapServers, String... caIds) {
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "acks", "all"),
            new StringSerializer(),
            new ByteArraySerializer());
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "enable.auto.commit", "false"),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    List<String> topics = new ArrayList<>(List.of(Topics.REVOCATIONS));
    for (String caId : caIds) {
      topics.add(Topics.caCommands(caId));
    }
    for (String topic : topics) {
      consumer
          .partitionsFor(topic)
          .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    }
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  /** A request of this second. */
  public static NaturalKey key(String deviceId, int generation) {
    return key(deviceId, "u1", UUID.randomUUID(), generation);
  }

  /** A request of this second. */
  public static NaturalKey key(String deviceId, String subject, UUID profile, int generation) {
    return new NaturalKey("default", deviceId, subject, profile, NaturalKey.NONE, generation);
  }

  /** issuance-service reports. */
  public void progressed(
      UUID requestId,
      NaturalKey key,
      RequestState state,
      int version,
      @Nullable CertificateFacts certificate) {
    progressed(
        new RequestProgressed(
            requestId, key, state, version, null, null, certificate, Instant.now(), "ios"));
  }

  /** issuance-service reports. */
  public void progressed(RequestProgressed report) {
    send(
        Topics.CERTIFICATES,
        Keys.device(report.naturalKey().tenant(), report.naturalKey().deviceId()),
        report);
  }

  /** A request with an installed certificate; returns its id. */
  public UUID installed(NaturalKey key, CertificateFacts certificate) {
    UUID requestId = EventIds.next();
    progressed(requestId, key, RequestState.INSTALLED, 6, certificate);
    return requestId;
  }

  /** The MDM reports. */
  public void lifecycle(String deviceId, String event) {
    send(
        Topics.DEVICE_LIFECYCLE,
        Keys.device("default", deviceId),
        new DeviceLifecycleChanged(deviceId, event, null, Instant.now()));
  }

  /** The connector reports. */
  public void result(CaResult result) {
    send(Topics.CA_RESULTS, result.requestId().toString(), result);
  }

  public void send(String topic, String key, Object payload) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(topic, key, ContractJson.write(payload));
    header(record, Headers.SPEC_VERSION, "1.0");
    header(record, Headers.ID, EventIds.next().toString());
    header(record, Headers.TYPE, EventTypes.nameOf(payload));
    header(record, Headers.SOURCE, "/test");
    header(record, Headers.TIME, Instant.now().toString());
    header(record, Headers.TENANT, "default");
    header(record, Headers.CORRELATION_ID, "c-" + key);
    header(record, Headers.CONTENT_TYPE, "application/json");
    try {
      producer.send(record).get(30, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void header(ProducerRecord<String, byte[]> record, String name, String value) {
    record.headers().add(name, value.getBytes(UTF_8));
  }

  /** The first message of a type since this object was made that fits; waits for it. */
  public <T> T await(Class<T> type, Predicate<T> condition) {
    List<T> found = new ArrayList<>();
    Awaitility.await(type.getSimpleName())
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              poll();
              found.addAll(all(type, condition));
              return !found.isEmpty();
            });
    return found.get(0);
  }

  /** All messages of a type seen so far that fit. */
  public <T> List<T> all(Class<T> type, Predicate<T> condition) {
    String name =
        EventTypes.all().entrySet().stream()
            .filter(entry -> entry.getValue().equals(type))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow();
    return seen.stream()
        .filter(record -> name.equals(typeOf(record)))
        .map(record -> ContractJson.read(record.value(), type))
        .filter(condition)
        .toList();
  }

  private static String typeOf(ConsumerRecord<String, byte[]> record) {
    return new String(record.headers().lastHeader(Headers.TYPE).value(), UTF_8);
  }

  /** Reads what is there. */
  public void poll() {
    consumer.poll(Duration.ofMillis(100)).forEach(seen::add);
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
  }
}
