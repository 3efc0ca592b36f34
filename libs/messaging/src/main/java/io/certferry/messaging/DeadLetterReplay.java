package io.certferry.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.certferry.contracts.Headers;
import io.certferry.contracts.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends dead letters back to the topic they came from: same key, same bytes, same {@code ce_id}.
 * Nothing is deleted, and running it twice is harmless: a dead-lettered id is in no inbox, so the
 * first replay takes effect, and then it is.
 *
 * <p>As a command: {@code --bootstrap HOST:PORT --group GROUP --topic TOPIC [--reason CODE] [--type
 * CE_TYPE] [--key KEY] [--config FILE] [--dry-run]}; the file holds Kafka client properties.
 */
public final class DeadLetterReplay {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final String DLQ_HEADERS = "certferry-dlq-";

  private final Map<String, Object> kafka;

  /**
   * @param kafka client properties, {@code bootstrap.servers} among them
   */
  public DeadLetterReplay(Map<String, Object> kafka) {
    this.kafka = Map.copyOf(kafka);
  }

  /**
   * What to replay; null means any.
   *
   * @param group the consumer group that gave the records up
   * @param topic the topic they came from
   * @param reason code such as {@code failed} or {@code unknown-type}
   * @param type {@code ce_type}
   * @param key record key
   */
  public record Selection(
      String group,
      String topic,
      @Nullable String reason,
      @Nullable String type,
      @Nullable String key) {

    boolean matches(ConsumerRecord<byte[], byte[]> letter) {
      String why = text(letter, Headers.DLQ_REASON);
      return (reason == null || why != null && why.startsWith(reason + ":"))
          && (type == null || type.equals(text(letter, Headers.TYPE)))
          && (key == null || letter.key() != null && key.equals(new String(letter.key(), UTF_8)));
    }
  }

  /**
   * @param read dead letters looked at
   * @param selected those that matched, and were sent unless it was a dry run
   */
  public record Outcome(long read, long selected) {}

  /**
   * Reads the dead letters there are now and sends back those that match.
   *
   * @throws ReplayFailedException if Kafka does not take a record; what was sent before stays sent
   */
  public Outcome replay(Selection selection, boolean dryRun) {
    try (var consumer = consumer();
        var producer = producer()) {
      List<Future<?>> sends = new ArrayList<>();
      long read = 0;
      long selected = 0;
      Map<TopicPartition, Long> left = startAtBeginning(consumer, selection);
      while (!left.isEmpty()) {
        for (var letter : consumer.poll(POLL)) {
          read++;
          if (selection.matches(letter)) {
            selected++;
            if (!dryRun) {
              sends.add(producer.send(original(letter, selection.topic())));
            }
          }
        }
        left.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
      }
      awaitAll(sends);
      return new Outcome(read, selected);
    }
  }

  private static Map<TopicPartition, Long> startAtBeginning(
      Consumer<?, ?> consumer, Selection selection) {
    String deadLetters = Topics.deadLetters(selection.group(), selection.topic());
    List<TopicPartition> partitions =
        consumer.partitionsFor(deadLetters).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> left = new HashMap<>(consumer.endOffsets(partitions));
    left.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
    return left;
  }

  private static ProducerRecord<byte[], byte[]> original(
      ConsumerRecord<byte[], byte[]> letter, String topic) {
    var record = new ProducerRecord<>(topic, letter.key(), letter.value());
    for (Header header : letter.headers()) {
      if (!header.key().startsWith(DLQ_HEADERS)) {
        record.headers().add(header);
      }
    }
    return record;
  }

  private static void awaitAll(List<Future<?>> sends) {
    try {
      for (Future<?> send : sends) {
        send.get();
      }
    } catch (ExecutionException e) {
      throw new ReplayFailedException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ReplayFailedException(e);
    }
  }

  private Consumer<byte[], byte[]> consumer() {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private Producer<byte[], byte[]> producer() {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static @Nullable String text(ConsumerRecord<?, ?> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
  }

  /** Kafka did not take a record. */
  public static final class ReplayFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ReplayFailedException(@Nullable Throwable cause) {
      super("a dead letter could not be sent back", cause);
    }
  }

  /** The command; exit code 2 for wrong arguments. */
  public static void main(String[] arguments) throws IOException {
    Optional<Command> command = Command.parse(arguments);
    if (command.isEmpty()) {
      System.err.println(Command.USAGE);
      System.exit(2);
      return;
    }
    Outcome outcome = command.get().run();
    System.out.println("read=" + outcome.read() + " replayed=" + outcome.selected());
  }

  private record Command(Map<String, String> options, boolean dryRun) {
    private static final String USAGE =
        "usage: --bootstrap HOST:PORT --group GROUP --topic TOPIC"
            + " [--reason CODE] [--type CE_TYPE] [--key KEY] [--config FILE] [--dry-run]";
    private static final List<String> NAMES =
        List.of("--bootstrap", "--group", "--topic", "--reason", "--type", "--key", "--config");
    private static final List<String> REQUIRED = NAMES.subList(0, 3);

    static Optional<Command> parse(String[] arguments) {
      Map<String, String> options = new HashMap<>();
      boolean dryRun = false;
      for (int i = 0; i < arguments.length; i++) {
        if (arguments[i].equals("--dry-run")) {
          dryRun = true;
        } else if (NAMES.contains(arguments[i]) && i + 1 < arguments.length) {
          options.put(arguments[i], arguments[++i]);
        } else {
          return Optional.empty();
        }
      }
      return options.keySet().containsAll(REQUIRED)
          ? Optional.of(new Command(options, dryRun))
          : Optional.empty();
    }

    Outcome run() throws IOException {
      return new DeadLetterReplay(settings()).replay(selection(), dryRun);
    }

    private Selection selection() {
      return new Selection(
          options.getOrDefault("--group", ""),
          options.getOrDefault("--topic", ""),
          options.get("--reason"),
          options.get("--type"),
          options.get("--key"));
    }

    private Map<String, Object> settings() throws IOException {
      Map<String, Object> settings = new HashMap<>();
      String file = options.get("--config");
      if (file != null) {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(Path.of(file))) {
          properties.load(in);
        }
        properties.stringPropertyNames().forEach(n -> settings.put(n, properties.getProperty(n)));
      }
      settings.put("bootstrap.servers", options.getOrDefault("--bootstrap", ""));
      return settings;
    }
  }
}
