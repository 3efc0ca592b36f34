package io.certferry.messaging;

import io.certferry.contracts.ContractJson;
import io.certferry.contracts.EventTypes;
import io.certferry.contracts.Headers;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * CloudEvents 1.0 in Kafka's binary mode (Kafka protocol binding 1.0.2, 3.2): attributes are
 * headers {@code ce_…}, the value is the data. The {@code ce_sequence} is added by the relay, which
 * knows the order.
 */
final class CloudEvents {

  private static final String SPEC_VERSION = "1.0";
  private static final String JSON = "application/json";

  private CloudEvents() {}

  static OutboxRow encode(OutboundEvent event, ServiceName source, Instant now) {
    UUID id = EventIds.next();
    String type = EventTypes.nameOf(event.payload());
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(Headers.SPEC_VERSION, SPEC_VERSION);
    headers.put(Headers.ID, id.toString());
    headers.put(Headers.TYPE, type);
    headers.put(Headers.SOURCE, source.eventSource());
    headers.put(Headers.TIME, now.toString());
    headers.put(Headers.TENANT, event.tenant());
    putCause(headers, event.cause());
    headers.put(Headers.CONTENT_TYPE, JSON);
    byte[] data = ContractJson.write(event.payload());
    return new OutboxRow(id, type, event.topic(), event.key(), headersText(headers), data);
  }

  private static void putCause(Map<String, String> headers, Cause cause) {
    headers.put(Headers.CORRELATION_ID, cause.correlationId());
    if (cause.causationId() != null) {
      headers.put(Headers.CAUSATION_ID, cause.causationId());
    }
    String traceparent =
        cause.traceparent() != null ? cause.traceparent() : Traces.currentTraceparent();
    if (traceparent != null) {
      headers.put(Headers.TRACEPARENT, traceparent);
    }
  }

  private static String headersText(Map<String, String> headers) {
    Map<String, byte[]> bytes = new LinkedHashMap<>();
    headers.forEach((name, value) -> bytes.put(name, value.getBytes(StandardCharsets.UTF_8)));
    return HeaderText.write(bytes);
  }

  /** Sequence numbers of one outbox, comparable as text (CloudEvents sequence extension). */
  static String sequence(long outboxId) {
    return "%019d".formatted(outboxId);
  }

  /**
   * Decodes a record.
   *
   * @throws UnreadableRecordException naming what is wrong, never the content
   */
  static InboundEvent<?> decode(ConsumerRecord<String, byte[]> record) {
    byte[] data = record.value();
    if (data == null) {
      throw new UnreadableRecordException("empty", "the record has no value");
    }
    UUID id = uuid(required(record, Headers.ID));
    String type = required(record, Headers.TYPE);
    String tenant = required(record, Headers.TENANT);
    String key = checkedKey(record.key(), tenant);
    return new InboundEvent<>(
        id,
        type,
        tenant,
        key,
        record.topic(),
        record.partition(),
        record.offset(),
        text(record, Headers.SEQUENCE),
        cause(record, id),
        time(record),
        payload(type, data));
  }

  private static Object payload(String type, byte[] data) {
    Class<?> shape =
        EventTypes.classOf(type)
            .orElseThrow(() -> new UnreadableRecordException("unknown-type", "ce_type is unknown"));
    Object payload;
    try {
      payload = ContractJson.read(data, shape);
    } catch (IllegalArgumentException e) {
      throw new UnreadableRecordException("undecodable", String.valueOf(e.getMessage()));
    }
    if (payload == null) {
      throw new UnreadableRecordException("undecodable", "the value is JSON null");
    }
    RequiredMembers.firstMissing(payload)
        .ifPresent(
            member -> {
              throw new UnreadableRecordException("schema", "required member missing: " + member);
            });
    return payload;
  }

  /**
   * Keys are {@code tenant/id} or an id alone; a key may not claim another tenant than the
   * envelope.
   */
  private static String checkedKey(@Nullable String key, String tenant) {
    if (key == null || key.isEmpty()) {
      throw new UnreadableRecordException("key", "the record has no key");
    }
    int slash = key.indexOf('/');
    if (slash >= 0 && !key.substring(0, slash).equals(tenant)) {
      throw new UnreadableRecordException("key", "the key is not of the tenant in ce_tenantid");
    }
    return key;
  }

  private static Cause cause(ConsumerRecord<String, byte[]> record, UUID id) {
    String correlationId = text(record, Headers.CORRELATION_ID);
    try {
      return new Cause(
          correlationId == null ? id.toString() : correlationId,
          text(record, Headers.CAUSATION_ID),
          text(record, Headers.TRACEPARENT));
    } catch (IllegalArgumentException e) {
      throw new UnreadableRecordException("header", Headers.CORRELATION_ID + " is malformed");
    }
  }

  private static Instant time(ConsumerRecord<String, byte[]> record) {
    String time = text(record, Headers.TIME);
    try {
      return time == null ? Instant.ofEpochMilli(record.timestamp()) : Instant.parse(time);
    } catch (DateTimeException e) {
      throw new UnreadableRecordException("header", Headers.TIME + " is malformed");
    }
  }

  private static UUID uuid(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new UnreadableRecordException("header", Headers.ID + " is no UUID");
    }
  }

  private static String required(ConsumerRecord<String, byte[]> record, String name) {
    String value = text(record, name);
    if (value == null || value.isBlank()) {
      throw new UnreadableRecordException("header", name + " is missing");
    }
    return value;
  }

  private static @Nullable String text(ConsumerRecord<String, byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }
}
