package io.certferry.contracts.event;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The device or its user left.
 *
 * @param event one of unenrolled, retired, wiped, lost, user-removed
 */
public record DeviceLifecycleChanged(
    String deviceId, String event, @Nullable String userId, @Nullable Instant occurredAt) {}
