package io.certferry.messaging;

import io.certferry.contracts.Headers;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A claimed row of the outbox.
 *
 * @param ageSeconds since it was appended, by the database's clock
 */
record UnsentRow(
    long id,
    String topic,
    @Nullable String key,
    String headers,
    byte @Nullable [] payload,
    int attempts,
    double ageSeconds) {

  /** What must stay in order. */
  String lane() {
    return lane(topic, key);
  }

  static String lane(String topic, @Nullable String key) {
    return topic + "\n" + (key == null ? "" : key);
  }

  ProducerRecord<byte[], byte[]> toRecord() {
    byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    var record = new ProducerRecord<>(topic, keyBytes, payload);
    HeaderText.read(headers).forEach((name, value) -> record.headers().add(name, value));
    if (record.headers().lastHeader(Headers.SEQUENCE) == null) {
      record
          .headers()
          .add(Headers.SEQUENCE, CloudEvents.sequence(id).getBytes(StandardCharsets.UTF_8));
    }
    return record;
  }
}
