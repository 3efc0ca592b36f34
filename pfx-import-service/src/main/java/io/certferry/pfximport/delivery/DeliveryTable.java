package io.certferry.pfximport.delivery;

import io.certferry.messaging.Lease;
import io.certferry.pfximport.rows.Cells;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The rows of {@code delivery}. */
@Singleton
class DeliveryTable {

  private static final String WITH_IMPORT =
      "select d.*, i.user_id, i.version as current_version from %s d"
          + " left join imported i on i.import_id = d.import_id and i.tenant = d.tenant";

  private static final String INSERT =
      """
      insert into delivery (request_id, tenant, device_id, subject, profile_id, item, generation, import_id,
        grant_jws, device_certificate, device_key_sha256, state, correlation_id, causation_id, traceparent,
        next_attempt_at)
      select request_id, tenant, device_id, subject, profile_id, item, generation, import_id,
        grant_jws, device_certificate, device_key_sha256, 'WAITING', correlation_id, causation_id, traceparent, now()
      from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::int[], $8::uuid[],
          $9::text[], $10::bytea[], $11::text[], $12::text[], $13::text[], $14::text[])
        as c (request_id, tenant, device_id, subject, profile_id, item, generation, import_id,
          grant_jws, device_certificate, device_key_sha256, correlation_id, causation_id, traceparent)
      order by request_id
      on conflict do nothing
      returning request_id
      """;

  /** In turns: of each user the oldest first, then of each the second oldest … */
  private static final String CLAIM =
      """
      with turns as (
        select request_id, next_attempt_at,
          row_number() over (partition by tenant, subject order by next_attempt_at, request_id) as turn
        from delivery where state in ('WAITING', 'PACKAGED') and next_attempt_at <= now()),
      due as (
        select d.request_id from delivery d join turns t using (request_id)
        where d.state in ('WAITING', 'PACKAGED') and d.next_attempt_at <= now()
        order by t.turn, t.next_attempt_at, d.request_id limit $1 for update of d skip locked),
      claimed as (
        update delivery d set lease_owner = $2, lease_until = now() + make_interval(secs => $3),
          next_attempt_at = now() + make_interval(secs => $3), lease_epoch = d.lease_epoch + 1, tries = d.tries + 1
        from due where d.request_id = due.request_id
        returning d.*)
      """
          + WITH_IMPORT.formatted("claimed")
          + " order by d.accepted_at, d.request_id";

  private static final String PACKAGED =
      """
      update delivery set state = 'PACKAGED', package_id = $3, package_body = $4, packaged_at = now(),
        import_version = $5, reason = null, detail = null, tries = 0, waits = 0
      where request_id = $1 and lease_epoch = $2
      """;

  private static final String HANDED_OVER =
      """
      update delivery set state = 'HANDED_OVER', handed_over_at = coalesce(handed_over_at, now()), reason = null, detail = null,
        next_attempt_at = 'infinity', tries = 0, waits = 0, lease_owner = null, lease_until = null
      where request_id = $1 and lease_epoch = $2
      returning case when handed_over_at = now() then extract(epoch from now() - accepted_at)::float8 else -1 end as seconds
      """;

  private static final String FAILED =
      """
      update delivery d set state = 'FAILED', reason = $3, detail = $4, failed_at = $5, package_body = null,
        import_version = (select i.version from imported i where i.import_id = d.import_id),
        next_attempt_at = 'infinity', tries = 0, waits = 0, lease_owner = null, lease_until = null
      where request_id = $1 and lease_epoch = $2
      """;

  private static final String LATER =
      """
      update delivery set reason = $3, detail = $4, next_attempt_at = now() + make_interval(secs => $5),
        tries = 0, waits = waits + 1, lease_owner = null, lease_until = null
      where request_id = $1 and lease_epoch = $2
      """;

  private static final String STALLED =
      """
      update delivery set reason = $3, detail = $4, next_attempt_at = 'infinity', tries = 0,
        lease_owner = null, lease_until = null
      where request_id = $1 and lease_epoch = $2
      """;

  private static final String ANEW =
      """
      update delivery set state = 'WAITING', import_id = $2, grant_jws = $3, device_certificate = $4,
        device_key_sha256 = $5, reason = null, detail = null, failed_at = null, package_id = null,
        package_body = null, handed_over_at = null, next_attempt_at = now(), tries = 0, waits = 0,
        accepted_at = now(), lease_epoch = lease_epoch + 1, lease_owner = null, lease_until = null, correlation_id = $6, causation_id = $7, traceparent = $8
      where request_id = $1
      """;

  private static final String AGAIN =
      """
      update delivery set state = 'PACKAGED', tries = 0, waits = 0,
        next_attempt_at = case when state = 'PACKAGED' and lease_until > now() then next_attempt_at else now() end
      where request_id = $1
      """;

  private static final String FAIL_ALL =
      """
      with failed as (
        update delivery set state = 'FAILED', reason = $2, detail = $3, failed_at = $4, package_body = null,
          next_attempt_at = 'infinity', lease_epoch = lease_epoch + 1, lease_owner = null, lease_until = null
        where import_id = $1 and state in ('WAITING', 'PACKAGED')
        returning *)
      """
          + WITH_IMPORT.formatted("failed");

  private static final String FORGET =
      "update delivery set package_body = null where import_id = $1 and package_body is not null";

  private static final String FORGET_OLD =
      """
      update delivery set package_body = null where request_id in (
        select request_id from delivery where state = 'HANDED_OVER' and package_body is not null
          and handed_over_at < now() - make_interval(secs => $1) limit 500)
      """;

  private static final String UNCHANGED =
      "select 1 from imported where import_id = $1 and state <> 'deleted' and pfx_sha256 = $2 for"
          + " share";

  private final Pool pool;

  DeliveryTable(Pool pool) {
    this.pool = pool;
  }

  /** The ids of those that were not there. */
  Uni<Set<UUID>> insert(SqlConnection tx, List<Command> commands) {
    Tuple columns =
        Tuple.tuple()
            .addValue(uuids(commands, Command::requestId))
            .addValue(texts(commands, command -> command.naturalKey().tenant()))
            .addValue(texts(commands, command -> command.naturalKey().deviceId()))
            .addValue(texts(commands, command -> command.naturalKey().subject()))
            .addValue(uuids(commands, command -> command.naturalKey().profileId()))
            .addValue(texts(commands, command -> command.naturalKey().item()))
            .addValue(
                commands.stream()
                    .map(command -> command.naturalKey().generation())
                    .toArray(Integer[]::new))
            .addValue(uuids(commands, Command::importId))
            .addValue(texts(commands, Command::grantJws))
            .addValue(
                commands.stream()
                    .map(command -> Cells.buffer(command.deviceCertificate()))
                    .toArray(Buffer[]::new))
            .addValue(texts(commands, command -> command.grant().deviceKeySha256()))
            .addValue(texts(commands, command -> command.cause().correlationId()))
            .addValue(texts(commands, command -> command.cause().causationId()))
            .addValue(texts(commands, command -> command.cause().traceparent()));
    return tx.preparedQuery(INSERT)
        .execute(columns)
        .map(
            rows -> {
              Set<UUID> inserted = new HashSet<>();
              rows.forEach(row -> inserted.add(row.getUUID("request_id")));
              return inserted;
            });
  }

  private static UUID[] uuids(List<Command> commands, Function<Command, UUID> column) {
    return commands.stream().map(column).toArray(UUID[]::new);
  }

  private static String[] texts(
      List<Command> commands, Function<Command, @Nullable String> column) {
    return commands.stream().map(column).toArray(String[]::new);
  }

  /** The row of a command's request id or of its natural key, locked. */
  Uni<Optional<Delivery>> lock(SqlConnection tx, Command command) {
    String sql =
        WITH_IMPORT.formatted("delivery")
            + """
             where d.request_id = $1 or (d.tenant = $2 and d.device_id = $3 and d.subject = $4
               and d.profile_id = $5 and d.item = $6 and d.generation = $7) for update of d
            """;
    var key = command.naturalKey();
    Tuple parameters =
        Tuple.tuple()
            .addValue(command.requestId())
            .addValue(key.tenant())
            .addValue(key.deviceId())
            .addValue(key.subject())
            .addValue(key.profileId())
            .addValue(key.item())
            .addValue(key.generation());
    return all(tx, sql, parameters).map(rows -> rows.stream().findFirst());
  }

  /** Takes due rows under a lease, in a transaction of its own; blocks. */
  List<Delivery> claim(int limit, Lease lease) {
    return all(pool, CLAIM, Tuple.of(limit, lease.owner(), lease.seconds())).await().indefinitely();
  }

  Uni<Boolean> packaged(
      SqlConnection tx, Delivery delivery, UUID packageId, byte[] body, int importVersion) {
    return changed(
        tx,
        PACKAGED,
        Tuple.of(
            delivery.requestId(), delivery.epoch(), packageId, Cells.buffer(body), importVersion));
  }

  /** Seconds since it was accepted, -1 if not for the first time; empty if the claim is over. */
  Uni<Optional<Double>> handedOver(SqlConnection tx, Delivery delivery) {
    return tx.preparedQuery(HANDED_OVER)
        .execute(Tuple.of(delivery.requestId(), delivery.epoch()))
        .map(rows -> rows.stream().map(row -> row.getDouble("seconds")).findFirst());
  }

  /** The row as it is afterwards; empty if the claim is over. */
  Uni<Optional<Delivery>> failed(
      SqlConnection tx, Delivery delivery, String reason, String detail, Instant at) {
    return changed(
            tx,
            FAILED,
            Tuple.of(delivery.requestId(), delivery.epoch(), reason, detail, Cells.timestamp(at)))
        .chain(
            changed ->
                changed
                    ? all(
                            tx,
                            WITH_IMPORT.formatted("delivery") + " where d.request_id = $1",
                            Tuple.of(delivery.requestId()))
                        .map(rows -> rows.stream().findFirst())
                    : Uni.createFrom().item(Optional.empty()));
  }

  Uni<Boolean> later(
      SqlClient client, Delivery delivery, String reason, String detail, Duration wait) {
    return changed(
        client,
        LATER,
        Tuple.of(delivery.requestId(), delivery.epoch(), reason, detail, wait.toMillis() / 1000.0));
  }

  /** Until another command comes. */
  Uni<Boolean> stalled(SqlClient client, Delivery delivery, String reason, String detail) {
    return changed(
        client, STALLED, Tuple.of(delivery.requestId(), delivery.epoch(), reason, detail));
  }

  /** From the beginning, with what the command says. */
  Uni<Void> anew(SqlConnection tx, UUID requestId, Command command) {
    Tuple parameters =
        Tuple.tuple()
            .addValue(requestId)
            .addValue(command.importId())
            .addValue(command.grantJws())
            .addValue(Cells.buffer(command.deviceCertificate()))
            .addValue(command.grant().deviceKeySha256())
            .addValue(command.cause().correlationId())
            .addValue(command.cause().causationId())
            .addValue(command.cause().traceparent());
    return tx.preparedQuery(ANEW).execute(parameters).replaceWithVoid();
  }

  /** Hands the same bytes over again. */
  Uni<Void> again(SqlConnection tx, UUID requestId) {
    return tx.preparedQuery(AGAIN).execute(Tuple.of(requestId)).replaceWithVoid();
  }

  /** Fails what is on its way of an import, and forgets every body of it. */
  Uni<List<Delivery>> failAll(
      SqlConnection tx, UUID importId, String reason, String detail, Instant at) {
    return all(tx, FAIL_ALL, Tuple.of(importId, reason, detail, Cells.timestamp(at)))
        .call(failed -> tx.preparedQuery(FORGET).execute(Tuple.of(importId)));
  }

  int forgetOld(Duration keep) {
    return pool.preparedQuery(FORGET_OLD)
        .execute(Tuple.of((double) keep.toSeconds()))
        .await()
        .indefinitely()
        .rowCount();
  }

  /** Keeps an import from being deleted or replaced until the transaction ends. */
  Uni<Boolean> isUnchanged(SqlConnection tx, UUID importId, @Nullable String pfxSha256) {
    return tx.preparedQuery(UNCHANGED)
        .execute(Tuple.of(importId, pfxSha256))
        .map(rows -> rows.size() > 0);
  }

  /** Of one import, the newest first. */
  List<Delivery> ofImport(String tenant, UUID importId, int limit) {
    return all(
            pool,
            WITH_IMPORT.formatted("delivery")
                + " where d.tenant = $1 and d.import_id = $2 order by d.accepted_at desc limit $3",
            Tuple.of(tenant, importId, limit))
        .await()
        .indefinitely();
  }

  private static Uni<Boolean> changed(SqlClient client, String sql, Tuple parameters) {
    return client.preparedQuery(sql).execute(parameters).map(rows -> rows.rowCount() == 1);
  }

  private static Uni<List<Delivery>> all(SqlClient client, String sql, Tuple parameters) {
    return client
        .preparedQuery(sql)
        .execute(parameters)
        .map((RowSet<Row> rows) -> rows.stream().map(Delivery::of).toList());
  }
}
