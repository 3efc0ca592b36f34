package io.certferry.gateway.auditor;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A return of our database to an earlier time, as one CA has it.
 *
 * @param restoredTo what came later is lost
 * @param declaredAt when whoever restored said so
 * @param auditId the last comparison
 * @param hindrance why issuance is still held
 * @param settledAt null while issuance is held
 */
record Restore(
    UUID id,
    Instant restoredTo,
    Instant declaredAt,
    @Nullable UUID auditId,
    @Nullable String hindrance,
    @Nullable Instant settledAt,
    @Nullable String settledBy,
    @Nullable String reason) {}
