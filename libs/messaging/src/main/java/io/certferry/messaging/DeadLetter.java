package io.certferry.messaging;

import io.certferry.contracts.Headers;
import io.certferry.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A record that this consumer gives up, on its way to {@code <consumer>.<topic>.dlq}: same key,
 * same bytes, same headers, and the reason.
 *
 * @param reason stable code: empty, header, key, unknown-type, undecodable, schema, failed
 * @param detail a sentence without payload
 */
record DeadLetter(ConsumerRecord<String, byte[]> record, String reason, String detail) {

  private static final int LONGEST_DETAIL = 500;
  private static final String UNKNOWN = "unknown";

  OutboxRow toRow(String consumer) {
    return new OutboxRow(
        eventId(),
        storable(eventType()),
        Topics.deadLetters(consumer, record.topic()),
        record.key() == null ? null : storable(record.key()),
        HeaderText.write(headers()),
        record.value());
  }

  private Map<String, byte[]> headers() {
    Map<String, byte[]> headers = new LinkedHashMap<>();
    for (Header header : record.headers()) {
      if (header.value() != null) {
        headers.put(header.key(), header.value());
      }
    }
    put(headers, Headers.DLQ_REASON, reason + ": " + shortened(detail));
    put(headers, Headers.DLQ_TOPIC, record.topic());
    put(headers, Headers.DLQ_PARTITION, Integer.toString(record.partition()));
    put(headers, Headers.DLQ_OFFSET, Long.toString(record.offset()));
    return headers;
  }

  private static void put(Map<String, byte[]> headers, String name, String value) {
    headers.put(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST_DETAIL ? text : text.substring(0, LONGEST_DETAIL);
  }

  private UUID eventId() {
    try {
      return UUID.fromString(String.valueOf(header(Headers.ID)));
    } catch (IllegalArgumentException e) {
      return EventIds.next();
    }
  }

  private String eventType() {
    String type = header(Headers.TYPE);
    return type == null ? UNKNOWN : type;
  }

  private @Nullable String header(String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  /** PostgreSQL text cannot hold NUL. */
  private static String storable(String text) {
    return text.replace('\0', '\uFFFD');
  }
}
