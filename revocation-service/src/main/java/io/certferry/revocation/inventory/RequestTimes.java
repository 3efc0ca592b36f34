package io.certferry.revocation.inventory;

import java.time.Instant;
import java.util.UUID;

/** When a request was decided. */
final class RequestTimes {

  private static final int TIME_ORDERED = 7;
  private static final int TIME_SHIFT = 16;

  private RequestTimes() {}

  /** The millisecond inside a UUIDv7 (RFC 9562 section 5.7); otherwise the time it was reported. */
  static Instant createdAt(UUID requestId, Instant reportedAt) {
    return requestId.version() == TIME_ORDERED
        ? Instant.ofEpochMilli(requestId.getMostSignificantBits() >>> TIME_SHIFT)
        : reportedAt;
  }
}
