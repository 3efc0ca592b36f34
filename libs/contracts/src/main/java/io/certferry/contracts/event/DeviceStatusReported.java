package io.certferry.contracts.event;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of a package on its device; an acknowledgement at issuance-service is the same event.
 *
 * @param outcome one of installed, failed, removed; installed beats failed
 */
public record DeviceStatusReported(
    String deviceId,
    UUID packageId,
    String outcome,
    @Nullable String detail,
    @Nullable Instant occurredAt) {}
