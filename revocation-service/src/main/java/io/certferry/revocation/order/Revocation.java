package io.certferry.revocation.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.event.RevocationProgressed;
import io.certferry.revocation.policy.Priority;
import io.vertx.mutiny.sqlclient.Row;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A revocation as the database has it.
 *
 * @param eventAt when its cause happened
 * @param orderedAt when the intent was committed
 * @param version grows with each transition
 * @param leaseEpoch fences the worker that claimed it
 * @param commandId what the CA is asked under; the revocation's own id until a refusal
 */
public record Revocation(
    UUID id,
    UUID requestId,
    NaturalKey key,
    @Nullable String caId,
    @Nullable String issuer,
    @Nullable String issuerKey,
    @Nullable String serial,
    @Nullable Instant notAfter,
    String trigger,
    String reason,
    Priority priority,
    String action,
    boolean removeFromDevice,
    @Nullable String channel,
    RevocationState state,
    @Nullable String stateReason,
    @Nullable String stateDetail,
    int version,
    Instant eventAt,
    Instant orderedAt,
    @Nullable Instant barrierAt,
    @Nullable Instant submittedAt,
    @Nullable Instant acceptedAt,
    @Nullable Instant listedAt,
    @Nullable Instant endedAt,
    @Nullable Boolean already,
    RevocationProgressed.@Nullable Evidence evidence,
    String orderedBy,
    @Nullable String comment,
    @Nullable UUID planId,
    String correlationId,
    int attempts,
    @Nullable Instant nextAttemptAt,
    long leaseEpoch,
    UUID commandId) {

  /** The columns that {@link #of} reads, for {@code returning} and {@code select}. */
  public static final String COLUMNS =
      "r.id, r.request_id, r.tenant, r.device_id, r.subject, r.profile_id, r.item, r.generation,"
          + " r.ca_id, r.issuer, r.issuer_key, r.serial, r.not_after, r.trigger, r.reason,"
          + " r.priority, r.action, r.remove_from_device, r.channel, r.state, r.state_reason,"
          + " r.state_detail, r.version, r.event_at, r.ordered_at, r.barrier_at, r.submitted_at,"
          + " r.accepted_at, r.listed_at, r.ended_at, r.already, r.evidence, r.ordered_by,"
          + " r.comment, r.plan_id, r.correlation_id, r.attempts, r.next_attempt_at, r.lease_epoch,"
          + " r.command_id";

  /** Reads a row of {@link #COLUMNS}. */
  public static Revocation of(Row row) {
    return new Revocation(
        row.getUUID("id"),
        row.getUUID("request_id"),
        new NaturalKey(
            row.getString("tenant"),
            row.getString("device_id"),
            row.getString("subject"),
            row.getUUID("profile_id"),
            row.getString("item"),
            row.getInteger("generation")),
        row.getString("ca_id"),
        row.getString("issuer"),
        row.getString("issuer_key"),
        row.getString("serial"),
        instant(row, "not_after"),
        row.getString("trigger"),
        row.getString("reason"),
        Priority.ofNumber(row.getShort("priority")),
        row.getString("action"),
        row.getBoolean("remove_from_device"),
        row.getString("channel"),
        RevocationState.ofCode(row.getString("state")),
        row.getString("state_reason"),
        row.getString("state_detail"),
        row.getInteger("version"),
        row.getOffsetDateTime("event_at").toInstant(),
        row.getOffsetDateTime("ordered_at").toInstant(),
        instant(row, "barrier_at"),
        instant(row, "submitted_at"),
        instant(row, "accepted_at"),
        instant(row, "listed_at"),
        instant(row, "ended_at"),
        row.getBoolean("already"),
        evidence(row.getString("evidence")),
        row.getString("ordered_by"),
        row.getString("comment"),
        row.getUUID("plan_id"),
        row.getString("correlation_id"),
        row.getInteger("attempts"),
        instant(row, "next_attempt_at"),
        row.getLong("lease_epoch"),
        row.getUUID("command_id"));
  }

  private static @Nullable Instant instant(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }

  private static RevocationProgressed.@Nullable Evidence evidence(@Nullable String json) {
    try {
      return json == null
          ? null
          : ContractJson.mapper().readValue(json, RevocationProgressed.Evidence.class);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
