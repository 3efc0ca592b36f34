package io.certferry.gateway.auditor;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One comparison, as it stands.
 *
 * @param occasion scheduled, on-demand or restore
 * @param reached how far it has come
 * @param listed certificates that the CA listed so far
 * @param state waiting, running, done, failed
 * @param failure a code when it failed
 */
record Audit(
    UUID id,
    String caId,
    String occasion,
    String requestedBy,
    Instant from,
    Instant until,
    Instant reached,
    String state,
    long listed,
    @Nullable String failure,
    Instant requestedAt,
    @Nullable Instant finishedAt) {

  /** A finding as it is told. */
  record Line(
      String kind, String issuer, String serial, @Nullable UUID requestId, String consequence) {}

  /** An audit with its counts by kind, and the findings that the reader may see. */
  record Report(Audit audit, Map<String, Long> counts, List<Line> findings) {}
}
