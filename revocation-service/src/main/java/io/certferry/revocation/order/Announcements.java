package io.certferry.revocation.order;

import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.RevocationOrdered;
import io.certferry.contracts.event.RevocationProgressed;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.Cause;
import io.certferry.messaging.OutboundEvent;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the others hear of a revocation, and what the audit trail keeps. */
final class Announcements {

  private static final int LONGEST_DETAIL = 2_000;

  private Announcements() {}

  static OutboundEvent ordered(Revocation revocation) {
    return onRevocations(
        revocation,
        new RevocationOrdered(
            revocation.id(),
            revocation.requestId(),
            revocation.key(),
            revocation.caId(),
            revocation.issuer(),
            revocation.serial(),
            revocation.reason(),
            revocation.trigger(),
            revocation.priority().code(),
            revocation.action(),
            revocation.removeFromDevice(),
            revocation.orderedAt()));
  }

  static OutboundEvent progressed(Revocation revocation, Instant at) {
    return onRevocations(
        revocation,
        new RevocationProgressed(
            revocation.id(),
            revocation.requestId(),
            revocation.key(),
            revocation.caId(),
            revocation.issuer(),
            revocation.serial(),
            revocation.trigger(),
            revocation.state().code(),
            revocation.version(),
            revocation.stateReason(),
            shortened(revocation.stateDetail()),
            revocation.barrierAt(),
            revocation.acceptedAt(),
            revocation.listedAt(),
            revocation.evidence(),
            at));
  }

  static AuditEntry audit(Revocation revocation, String actor) {
    Map<String, String> facts = new TreeMap<>();
    facts.put("trigger", revocation.trigger());
    facts.put("reason", revocation.reason());
    facts.put("action", revocation.action());
    put(facts, "caId", revocation.caId());
    put(facts, "issuer", revocation.issuer());
    put(facts, "serial", revocation.serial());
    put(facts, "deviceId", revocation.key().deviceId());
    put(facts, "requestId", revocation.requestId().toString());
    put(facts, "code", revocation.stateReason());
    put(facts, "comment", revocation.comment());
    if (revocation.evidence() != null) {
      facts.put("evidence", revocation.evidence().kind());
      facts.put("evidenceSha256", revocation.evidence().sha256());
    }
    return new AuditEntry(
        revocation.key().tenant(),
        "revocation." + revocation.state().code(),
        actor,
        "revocation/" + revocation.id(),
        facts);
  }

  private static void put(Map<String, String> facts, String name, @Nullable String value) {
    if (value != null) {
      facts.put(name, value);
    }
  }

  private static OutboundEvent onRevocations(Revocation revocation, Object payload) {
    String tenant = revocation.key().tenant();
    return new OutboundEvent(
        tenant,
        Topics.REVOCATIONS,
        Keys.device(tenant, revocation.key().deviceId()),
        payload,
        Cause.withCorrelationId(revocation.correlationId()));
  }

  private static @Nullable String shortened(@Nullable String detail) {
    return detail == null || detail.length() <= LONGEST_DETAIL
        ? detail
        : detail.substring(0, LONGEST_DETAIL);
  }
}
