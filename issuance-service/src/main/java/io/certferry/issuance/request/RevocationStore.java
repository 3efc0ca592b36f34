package io.certferry.issuance.request;

import io.certferry.contracts.event.CaResult.CertificateRevoked;
import io.certferry.contracts.event.CaResult.RevocationRefused;
import io.certferry.contracts.event.RequestState;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

/** What connectors say of revocations. */
@Singleton
class RevocationStore {

  private static final String SETTLED =
      """
      update issued set revoked_at = now(), revoke_due_at = null
      where request_id = $1 and (revocation_id = $2 or ltrim(serial, '0') = ltrim($3, '0')) and revoked_at is null
      returning request_id
      """;

  private static final String CERTIFICATE_REVOKED =
      """
      update certificate set revoked_at = now()
      where request_id = $1 and ltrim(serial, '0') = ltrim($2, '0') and revoked_at is null
      returning request_id
      """;

  private static final String ASK_AGAIN =
      """
      update issued set revoke_due_at = now() + interval '1 hour'
      where request_id = $1 and revocation_id = $2 and revoked_at is null
      """;

  private final RequestStore requests;
  private final Withdrawals withdrawals;
  private final AuditTrail audit;

  RevocationStore(RequestStore requests, Withdrawals withdrawals, AuditTrail audit) {
    this.requests = requests;
    this.withdrawals = withdrawals;
    this.audit = audit;
  }

  /**
   * Ours or another service's: a delivered certificate that is revoked is not delivered any more
   * (invariant I9).
   */
  Uni<Void> revoked(SqlConnection tx, CertificateRevoked result) {
    return tx.preparedQuery(SETTLED)
        .execute(Tuple.of(result.requestId(), result.revocationId(), result.serial()))
        .flatMap(
            settled ->
                tx.preparedQuery(CERTIFICATE_REVOKED)
                    .execute(Tuple.of(result.requestId(), result.serial()))
                    .flatMap(
                        revoked ->
                            stop(
                                tx,
                                result.requestId(),
                                revoked.rowCount() > 0,
                                settled.rowCount() > 0)));
  }

  /**
   * @param delivered whether the certificate is the one that was or would have been delivered
   * @param unwanted whether it is one of those that must not live
   */
  private Uni<Void> stop(SqlConnection tx, UUID requestId, boolean delivered, boolean unwanted) {
    return !delivered && !unwanted
        ? Uni.createFrom().voidItem()
        : stop(
            tx,
            requestId,
            state -> delivered ? isDelivered(state) : state == RequestState.REVOKING);
  }

  private Uni<Void> stop(SqlConnection tx, UUID requestId, Predicate<RequestState> ends) {
    return requests
        .lock(tx, List.of(requestId))
        .flatMap(
            rows -> {
              RequestRow row = rows.get(requestId);
              return row == null || !ends.test(row.state())
                  ? Uni.createFrom().voidItem()
                  : withdrawals
                      .withdraw(tx, List.of(requestId), "revoked", row.cause())
                      .chain(
                          () ->
                              requests.advance(tx, List.of(Advance.to(row, RequestState.REVOKED))))
                      .replaceWithVoid();
            });
  }

  private static boolean isDelivered(RequestState state) {
    return state == RequestState.PACKAGED
        || state == RequestState.OFFERED
        || state == RequestState.INSTALLED
        || state == RequestState.KEY_DESTROYED
        || state == RequestState.CANCELLED
        || state == RequestState.REVOKING;
  }

  Uni<Void> refused(SqlConnection tx, RevocationRefused result) {
    return tx.preparedQuery(ASK_AGAIN)
        .execute(Tuple.of(result.requestId(), result.revocationId()))
        .flatMap(
            rows ->
                rows.rowCount() == 0
                    ? Uni.createFrom().voidItem()
                    : requests
                        .lock(tx, List.of(result.requestId()))
                        .flatMap(locked -> record(tx, locked, result)));
  }

  private Uni<Void> record(SqlConnection tx, Map<UUID, RequestRow> rows, RevocationRefused result) {
    RequestRow row = rows.get(result.requestId());
    return row == null
        ? Uni.createFrom().voidItem()
        : audit.append(
            tx,
            List.of(
                new AuditEntry(
                    row.naturalKey().tenant(),
                    "revocation.refused",
                    "connector-gateway",
                    row.auditSubject(),
                    Map.of(
                        "serial", result.serial(),
                        "code", result.code(),
                        "message", result.message()))));
  }
}
