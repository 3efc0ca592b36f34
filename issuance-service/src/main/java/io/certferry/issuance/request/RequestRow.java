package io.certferry.issuance.request;

import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.event.RequestState;
import io.certferry.issuance.rows.Cells;
import io.certferry.messaging.Cause;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A request as its row says.
 *
 * @param kind pkcs, trusted-root or imported-pfx
 * @param attempt newest attempt of the connector that a result told of
 * @param tries claims since the state last changed
 * @param epoch of the last claim: the fence of whoever made it
 * @param cause the command that started it
 */
public record RequestRow(
    UUID requestId,
    NaturalKey naturalKey,
    String kind,
    RequestState state,
    Instant stateSince,
    int version,
    @Nullable String reason,
    @Nullable String detail,
    @Nullable String caId,
    @Nullable String platform,
    int attempt,
    int tries,
    long epoch,
    Instant acceptedAt,
    Cause cause) {

  public static final String PKCS = "pkcs";
  public static final String TRUSTED_ROOT = "trusted-root";

  /** From a row that has every column of {@code request}. */
  public static RequestRow of(Row row) {
    return new RequestRow(
        row.getUUID("request_id"),
        naturalKey(row),
        row.getString("kind"),
        RequestState.valueOf(row.getString("state")),
        Cells.instant(row, "state_since"),
        row.getInteger("version"),
        row.getString("reason"),
        row.getString("detail"),
        row.getString("ca_id"),
        row.getString("platform"),
        row.getInteger("attempt"),
        row.getInteger("tries"),
        row.getLong("lease_epoch"),
        Cells.instant(row, "accepted_at"),
        new Cause(
            row.getString("correlation_id"),
            row.getString("causation_id"),
            row.getString("traceparent")));
  }

  /** The members of a natural key from their columns. */
  public static NaturalKey naturalKey(Row row) {
    return new NaturalKey(
        row.getString("tenant"),
        row.getString("device_id"),
        row.getString("subject"),
        row.getUUID("profile_id"),
        row.getString("item"),
        row.getInteger("generation"));
  }

  /** How audit entries name it. */
  public String auditSubject() {
    return "request/" + requestId;
  }
}
