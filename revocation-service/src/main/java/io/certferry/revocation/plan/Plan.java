package io.certferry.revocation.plan;

import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A mass revocation as the database has it. */
record Plan(
    UUID id,
    String tenant,
    String state,
    String query,
    boolean everything,
    String trigger,
    @Nullable String reason,
    @Nullable String comment,
    int count,
    String confirmation,
    double perSecond,
    String createdBy,
    Instant createdAt,
    Instant expiresAt,
    @Nullable String confirmedBy,
    @Nullable Instant confirmedAt,
    @Nullable Instant endedAt,
    int nextPosition) {

  static final String COLUMNS =
      "id, tenant, state, query, everything, trigger, reason, comment, item_count, confirmation,"
          + " per_second, created_by, created_at, expires_at, confirmed_by, confirmed_at, ended_at,"
          + " next_position";

  static Plan of(Row row) {
    return new Plan(
        row.getUUID("id"),
        row.getString("tenant"),
        row.getString("state"),
        row.getString("query"),
        row.getBoolean("everything"),
        row.getString("trigger"),
        row.getString("reason"),
        row.getString("comment"),
        row.getInteger("item_count"),
        row.getString("confirmation"),
        row.getDouble("per_second"),
        row.getString("created_by"),
        row.getOffsetDateTime("created_at").toInstant(),
        row.getOffsetDateTime("expires_at").toInstant(),
        row.getString("confirmed_by"),
        instant(row, "confirmed_at"),
        instant(row, "ended_at"),
        row.getInteger("next_position"));
  }

  private static @Nullable Instant instant(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }
}
