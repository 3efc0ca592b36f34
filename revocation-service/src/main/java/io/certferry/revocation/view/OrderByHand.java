package io.certferry.revocation.view;

import io.certferry.edge.FieldErrors;
import io.certferry.edge.ProblemException;
import io.certferry.messaging.Cause;
import io.certferry.revocation.inventory.Inventory;
import io.certferry.revocation.inventory.Serials;
import io.certferry.revocation.order.CaRegister;
import io.certferry.revocation.order.Order;
import io.certferry.revocation.order.OrderRevocations;
import io.certferry.revocation.order.Revocation;
import io.certferry.revocation.policy.Reason;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Orders what a person asks for, or says in one answer all that is wrong with it. */
@Singleton
class OrderByHand {

  private final Pool pool;
  private final RevocationQueries queries;
  private final OrderRevocations orders;
  private final Inventory inventory;
  private final CaRegister cas;
  private final InstantSource clock;

  OrderByHand(
      Pool pool,
      RevocationQueries queries,
      OrderRevocations orders,
      Inventory inventory,
      CaRegister cas,
      InstantSource clock) {
    this.pool = pool;
    this.queries = queries;
    this.orders = orders;
    this.inventory = inventory;
    this.cas = cas;
    this.clock = clock;
  }

  /**
   * What came of it.
   *
   * @param isNew whether anything was not ordered before
   */
  record Outcome(List<Revocation> revocations, boolean isNew) {}

  Uni<Outcome> order(String tenant, String actor, String correlationId, NewRevocation body) {
    FieldErrors errors = body.check();
    errors.throwIfAny();
    return pool.withTransaction(
        tx ->
            targets(tx, tenant, body)
                .call(targets -> refuseWhatIsNotRevocable(tx, targets, body))
                .chain(
                    targets ->
                        orders
                            .order(
                                tx,
                                targets.stream()
                                    .map(id -> order(id, actor, correlationId, body))
                                    .toList())
                            .chain(
                                result ->
                                    queries
                                        .ofRequests(tx, targets)
                                        .map(
                                            all ->
                                                new Outcome(all, !result.created().isEmpty())))));
  }

  private Order order(UUID id, String actor, String correlationId, NewRevocation body) {
    return new Order(
        id,
        body.triggerOrManual(),
        clock.instant(),
        body.reasonOrTable(),
        actor,
        body.comment(),
        null,
        Cause.withCorrelationId(correlationId));
  }

  private Uni<List<UUID>> targets(SqlConnection tx, String tenant, NewRevocation body) {
    if (body.requestId() != null) {
      return queries
          .request(tx, tenant, body.requestId())
          .map(ids -> known(ids, "/requestId", "unknown-request", "no such request"));
    }
    if (body.deviceId() != null) {
      return queries
          .ofDevice(tx, tenant, body.deviceId(), body.profileId(), body.subject())
          .map(ids -> known(ids, "/deviceId", "unknown-device", "no certificate was asked for it"));
    }
    return byCertificate(tx, tenant, text(body.issuer()), text(body.serial()), body);
  }

  private static List<UUID> known(List<UUID> ids, String field, String rule, String message) {
    if (ids.isEmpty()) {
      throw ProblemException.ruleBroken(field, rule, message);
    }
    return ids;
  }

  private Uni<List<UUID>> byCertificate(
      SqlConnection tx, String tenant, String issuer, String serial, NewRevocation body) {
    return queries
        .byCertificate(tx, tenant, issuer, Serials.canonical(serial))
        .chain(
            found ->
                found.requestId() == null
                    ? whyUnknown(tx, tenant, issuer, serial, found)
                    : Uni.createFrom().item(List.of(checked(found, body))));
  }

  private UUID checked(RevocationQueries.Found found, NewRevocation body) {
    if (found.notAfter() != null && found.notAfter().isBefore(clock.instant())) {
      throw ProblemException.ruleBroken("/serial", "expired", "the certificate has expired");
    }
    Reason reason = body.reasonOrTable();
    if (reason != null && !cas.accepts(text(found.caId()), reason)) {
      throw ProblemException.ruleBroken(
          "/reason", "reason-refused-by-ca", "this CA does not take " + reason.code());
    }
    return Optional.ofNullable(found.requestId()).orElseThrow(ProblemException::notFound);
  }

  private Uni<List<UUID>> whyUnknown(
      SqlConnection tx,
      String tenant,
      String issuer,
      String serial,
      RevocationQueries.Found found) {
    if (!found.issuerKnown()) {
      throw ProblemException.ruleBroken(
          "/issuer", "unknown-issuer", "no certificate of this issuer is known");
    }
    Optional<String> decimal = Serials.ifDecimal(serial);
    return decimal.isEmpty()
        ? unknownSerial()
        : queries
            .byCertificate(tx, tenant, issuer, decimal.get())
            .chain(other -> other.requestId() == null ? unknownSerial() : writtenInDecimal());
  }

  private static Uni<List<UUID>> unknownSerial() {
    throw ProblemException.ruleBroken(
        "/serial", "unknown-serial", "this issuer has no such certificate here");
  }

  private static Uni<List<UUID>> writtenInDecimal() {
    throw ProblemException.ruleBroken(
        "/serial", "serial-decimal", "this is a decimal number; write it in hexadecimal");
  }

  /**
   * An imported certificate or a root is removed, never revoked: a reason has no meaning for it.
   */
  private Uni<Void> refuseWhatIsNotRevocable(SqlConnection tx, List<UUID> ids, NewRevocation body) {
    if (body.reason() == null) {
      return Uni.createFrom().voidItem();
    }
    return inventory
        .requests(tx, ids)
        .chain(requests -> inventory.profiles(tx, requests))
        .invoke(
            profiles -> {
              if (profiles.values().stream().noneMatch(p -> p.kind().isRevocable())) {
                throw ProblemException.ruleBroken(
                    "/reason",
                    "not-revocable",
                    "imported certificates and roots are removed, never revoked");
              }
            })
        .replaceWithVoid();
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }
}
