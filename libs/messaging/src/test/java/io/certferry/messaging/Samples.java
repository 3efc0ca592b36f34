package io.certferry.messaging;

import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.event.PackageWithdrawn;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** Events, records and beans as tests need them. */
final class Samples {

  static final String TENANT = "t1";
  static final ServiceName SERVICE = new ServiceName("test-service");
  static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

  private Samples() {}

  /** An event whose reason tells it apart. */
  static OutboundEvent event(String topic, String id, String reason) {
    return new OutboundEvent(TENANT, topic, TENANT + "/" + id, payload(id, reason), Cause.fresh());
  }

  static PackageWithdrawn payload(String id, String reason) {
    UUID request = UUID.nameUUIDFromBytes(id.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    NaturalKey key = new NaturalKey(TENANT, id, NaturalKey.NONE, request, NaturalKey.NONE, 1);
    return new PackageWithdrawn(request, request, key, reason);
  }

  /** The event as a consumer gets it. */
  static ConsumerRecord<String, byte[]> record(OutboundEvent event, long offset) {
    OutboxRow row = CloudEvents.encode(event, SERVICE, NOW);
    return record(event.topic(), offset, row.key(), HeaderText.read(row.headers()), row.payload());
  }

  static ConsumerRecord<String, byte[]> record(
      String topic,
      long offset,
      @Nullable String key,
      Map<String, byte[]> headers,
      byte @Nullable [] value) {
    RecordHeaders recordHeaders = new RecordHeaders();
    headers.forEach(recordHeaders::add);
    return new ConsumerRecord<>(
        topic,
        0,
        offset,
        NOW.toEpochMilli(),
        TimestampType.CREATE_TIME,
        0,
        0,
        key,
        value,
        recordHeaders,
        java.util.Optional.empty());
  }

  static Outbox outbox() {
    return new Outbox(SERVICE, InstantSource.fixed(NOW));
  }

  static <C> C config(Class<C> type, String... namesAndValues) {
    SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder().withMapping(type);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      builder.withDefaultValue(namesAndValues[i], namesAndValues[i + 1]);
    }
    return builder.build().getConfigMapping(type);
  }

  static BatchIntake intake(TestDatabase database, Outbox outbox, SimpleMeterRegistry metrics) {
    return new BatchIntake(
        database.pool(),
        new Inbox(metrics),
        outbox,
        config(
            IntakeConfig.class,
            "certferry.intake.first-backoff",
            "PT0.01S",
            "certferry.intake.longest-backoff",
            "PT0.1S"),
        new ConsumerSpans(OpenTelemetry.noop()),
        metrics);
  }

  static void append(TestDatabase database, Outbox outbox, List<OutboundEvent> events) {
    database.pool().withTransaction(tx -> outbox.append(tx, events)).await().indefinitely();
  }
}
