package io.certferry.pfximport.delivery;

import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.UserIds;
import io.certferry.contracts.event.ImportDeliveryFailed;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.messaging.Cause;
import io.certferry.messaging.OutboundEvent;
import io.certferry.pfximport.rows.Cells;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code delivery}.
 *
 * @param importVersion of the import that failed or was packaged
 * @param packageBody for issuance-service; null before it is packaged and after it was forgotten
 * @param userId of the import; null if there is no such import
 * @param currentVersion of the import; null if there is no such import
 * @param epoch fences a worker whose claim is over
 */
record Delivery(
    UUID requestId,
    NaturalKey naturalKey,
    UUID importId,
    @Nullable UUID userId,
    @Nullable Integer currentVersion,
    @Nullable Integer importVersion,
    String grantJws,
    byte[] deviceCertificate,
    String deviceKeySha256,
    State state,
    @Nullable String reason,
    @Nullable String detail,
    @Nullable Instant failedAt,
    @Nullable UUID packageId,
    byte @Nullable [] packageBody,
    int tries,
    int waits,
    long epoch,
    Instant acceptedAt,
    Cause cause) {

  /** Where it stands. */
  enum State {
    /** To be opened and packaged. */
    WAITING,
    /** To be handed over. */
    PACKAGED,
    HANDED_OVER,
    FAILED
  }

  static Delivery of(Row row) {
    return new Delivery(
        row.getUUID("request_id"),
        new NaturalKey(
            row.getString("tenant"),
            row.getString("device_id"),
            row.getString("subject"),
            row.getUUID("profile_id"),
            row.getString("item"),
            row.getInteger("generation")),
        row.getUUID("import_id"),
        row.getUUID("user_id"),
        row.getInteger("current_version"),
        row.getInteger("import_version"),
        row.getString("grant_jws"),
        Cells.bytes(row, "device_certificate"),
        row.getString("device_key_sha256"),
        State.valueOf(row.getString("state")),
        row.getString("reason"),
        row.getString("detail"),
        Cells.optionalInstant(row, "failed_at"),
        row.getUUID("package_id"),
        Cells.optionalBytes(row, "package_body"),
        row.getInteger("tries"),
        row.getInteger("waits"),
        row.getLong("lease_epoch"),
        Cells.instant(row, "accepted_at"),
        new Cause(
            row.getString("correlation_id"),
            row.getString("causation_id"),
            row.getString("traceparent")));
  }

  /** The event of a failed one, the same each time. */
  OutboundEvent failure(Cause because) {
    Instant at = failedAt;
    String code = reason;
    if (code == null || at == null) {
      throw new IllegalStateException("not failed");
    }
    UUID user = userId == null ? UserIds.of(naturalKey.tenant(), naturalKey.subject()) : userId;
    return new OutboundEvent(
        naturalKey.tenant(),
        Topics.PFX_IMPORTS,
        Keys.of(naturalKey.tenant(), user),
        new ImportDeliveryFailed(requestId, naturalKey, code, detail == null ? code : detail, at),
        because);
  }

  /** The same with its new package, whose body goes beside it. */
  Delivery packaged(UUID newPackageId) {
    return new Delivery(
        requestId,
        naturalKey,
        importId,
        userId,
        currentVersion,
        importVersion,
        grantJws,
        deviceCertificate,
        deviceKeySha256,
        State.PACKAGED,
        null,
        null,
        null,
        newPackageId,
        null,
        0,
        0,
        epoch,
        acceptedAt,
        cause);
  }

  String auditSubject() {
    return "request/" + requestId;
  }
}
