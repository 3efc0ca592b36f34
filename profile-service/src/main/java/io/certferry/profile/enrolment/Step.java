package io.certferry.profile.enrolment;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One step on the way of a certificate.
 *
 * @param key the same for a repeated message
 * @param step what happened, a stable name such as granted or INSTALLED
 */
record Step(
    UUID requestId,
    String key,
    Instant at,
    String step,
    @Nullable String reason,
    @Nullable String detail) {}
