package io.certferry.messaging;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A record in its final form, as the outbox stores it. */
record OutboxRow(
    UUID eventId,
    String eventType,
    String topic,
    @Nullable String key,
    String headers,
    byte @Nullable [] payload) {}
