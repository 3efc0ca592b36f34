package io.certferry.messaging;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A decoded event.
 *
 * @param id {@code ce_id}; the same at each re-delivery
 * @param type {@code ce_type}
 * @param tenant {@code ce_tenantid}
 * @param key record key
 * @param sequence {@code ce_sequence}: for one source and key it grows (compare as text); null if
 *     the sender has none
 * @param cause why this event exists; {@link Cause#of(InboundEvent)} is for what follows from it
 * @param time {@code ce_time}, when its sender made it
 * @param payload an instance of the record that the type stands for, every member present that the
 *     contract requires
 */
public record InboundEvent<T>(
    UUID id,
    String type,
    String tenant,
    String key,
    String topic,
    int partition,
    long offset,
    @Nullable String sequence,
    Cause cause,
    Instant time,
    T payload) {

  InboundEvent<T> withCause(Cause newCause) {
    return new InboundEvent<>(
        id, type, tenant, key, topic, partition, offset, sequence, newCause, time, payload);
  }
}
