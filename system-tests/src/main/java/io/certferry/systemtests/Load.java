package io.certferry.systemtests;

import io.certferry.local.LocalStack;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Feeds check-ins through Kafka, at a rate or as fast as the backlog allows. */
final class Load implements AutoCloseable {

  private final Mdm mdm;
  private final KafkaProducer<String, byte[]> producer;

  Load(LocalStack stack, Mdm mdm) {
    this.mdm = mdm;
    Properties properties = new Properties();
    properties.putAll(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, stack.kafka().bootstrapServers(),
            ProducerConfig.ACKS_CONFIG, "all",
            ProducerConfig.LINGER_MS_CONFIG, "5",
            ProducerConfig.BUFFER_MEMORY_CONFIG, "67108864"));
    producer = new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
  }

  /** Sends without waiting for acknowledgements. */
  void send(ManagedDevice device) {
    sendRecord(mdm.checkInRecord(device));
  }

  /** Sends any record without waiting for its acknowledgement. */
  void sendRecord(ProducerRecord<String, byte[]> event) {
    producer.send(event);
  }

  /** Sends all, evenly spread over time. */
  void sendAtRate(List<ManagedDevice> devices, double perSecond) {
    long start = System.nanoTime();
    for (int i = 0; i < devices.size(); i++) {
      pauseUntil(start + (long) (i * 1e9 / perSecond));
      send(devices.get(i));
    }
    flush();
  }

  /** Returns when everything sent was acknowledged. */
  void flush() {
    producer.flush();
  }

  static void pause(Duration duration) {
    pauseUntil(System.nanoTime() + duration.toNanos());
  }

  private static void pauseUntil(long instant) {
    for (long left = instant - System.nanoTime(); left > 0; left = instant - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(10));
  }
}
