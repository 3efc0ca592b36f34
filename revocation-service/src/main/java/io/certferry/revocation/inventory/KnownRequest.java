package io.certferry.revocation.inventory;

import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.event.RequestState;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A request as issuance-service last reported it.
 *
 * @param platform the device's; null when nobody said
 * @param createdAt when it was decided, the time inside the request id
 * @param endedAction the strongest decision about it so far; null while it lives
 * @param replacedAt when a newer generation was seen installed
 */
public record KnownRequest(
    UUID requestId,
    NaturalKey key,
    @Nullable String platform,
    RequestState state,
    Instant createdAt,
    @Nullable String endedTrigger,
    @Nullable String endedAction,
    @Nullable Instant replacedAt) {

  static KnownRequest of(Row row) {
    OffsetDateTime replaced = row.getOffsetDateTime("replaced_at");
    return new KnownRequest(
        row.getUUID("request_id"),
        new NaturalKey(
            row.getString("tenant"),
            row.getString("device_id"),
            row.getString("subject"),
            row.getUUID("profile_id"),
            row.getString("item"),
            row.getInteger("generation")),
        row.getString("platform"),
        RequestState.valueOf(row.getString("state")),
        row.getOffsetDateTime("created_at").toInstant(),
        row.getString("ended_trigger"),
        row.getString("ended_action"),
        replaced == null ? null : replaced.toInstant());
  }

  /** Whether no certificate will come of it any more, unless it has one already. */
  public boolean isOver() {
    return switch (state) {
      case DENIED, FAILED, CANCELLED, REVOKED, SUPERSEDED, KEY_DESTROYED -> true;
      case ACCEPTED,
          KEYED,
          SUBMITTING,
          ISSUED,
          PENDING_AT_CA,
          UNKNOWN_AT_CA,
          PACKAGED,
          OFFERED,
          INSTALLED,
          QUARANTINED,
          REVOKING ->
          false;
    };
  }
}
