package io.certferry.gateway.driver.builtin;

import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** SQL of the CA's request table. Blocking. */
final class RequestTable {

  private static final String INSERT =
      """
      insert into builtin_ca.request
        (ca_id, requester_reference, template, csr, spki_sha256, validity_seconds, status, status_detail, serial,
         not_before, not_after, public_url, plan_sha256, decided_at)
      select $1, r.reference, r.template, r.csr, r.spki, r.validity, r.status, r.detail, r.serial, r.not_before,
             r.not_after, r.public_url, r.plan, case when r.status <> 'PENDING' then now() end
      from unnest($2::text[], $3::text[], $4::bytea[], $5::text[], $6::bigint[], $7::text[], $8::text[], $9::text[],
                  $10::timestamptz[], $11::timestamptz[], $12::text[], $13::text[]) with ordinality
        as r (reference, template, csr, spki, validity, status, detail, serial, not_before, not_after, public_url, plan, n)
      order by r.n
      returning id
      """;

  /** Whoever stores first wins; both get the stored one. */
  private static final String STORE =
      """
      with stored as (
        update builtin_ca.request r set certificate = s.certificate, status = 'ISSUED'
        from unnest($1::bigint[], $2::bytea[]) as s (id, certificate)
        where r.id = s.id and r.status = 'PLANNED' and r.certificate is null
        returning r.*
      )
      select * from stored
      union all
      select r.* from builtin_ca.request r
      where r.id = any($1) and not exists (select 1 from stored where stored.id = r.id)
      """;

  private static final String DECIDE_ISSUE =
      """
      update builtin_ca.request
      set status = 'PLANNED', serial = $3, not_before = $4, not_after = $5, public_url = $6, plan_sha256 = $7,
          decided_at = now(), decided_by = $8
      where ca_id = $1 and id = $2 and status = 'PENDING'
      """;

  private static final String DECIDE_DENY =
      """
      update builtin_ca.request
      set status = 'DENIED', status_detail = 'denied by a manager', decided_at = now(), decided_by = $3
      where ca_id = $1 and id = $2 and status = 'PENDING'
      """;

  private static final String REVOKE =
      """
      update builtin_ca.request
      set status = 'REVOKED', revoked_at = date_trunc('second', now()), revocation_reason = $3
      where ca_id = $1 and serial = $2 and status in ('ISSUED', 'PLANNED')
      returning *
      """;

  private static final String SELECT = "select * from builtin_ca.request where ca_id = $1 and ";

  private final String caId;
  private final Pool pool;

  RequestTable(String caId, Pool pool) {
    this.caId = caId;
    this.pool = pool;
  }

  /** One transaction; the ids in the order of the requests. */
  List<Long> insert(List<NewRequest> requests) {
    List<Long> ids = new ArrayList<>();
    await(pool.preparedQuery(INSERT).execute(columns(requests)))
        .forEach(row -> ids.add(row.getLong("id")));
    return ids;
  }

  /** A certificate to store with its request. */
  record Signed(long id, byte[] certificate) {}

  /** One transaction; what the table holds now for each, in the order of the entries. */
  List<RequestRow> store(List<Signed> signed) {
    Tuple parameters =
        Tuple.tuple()
            .addArrayOfLong(signed.stream().map(Signed::id).toArray(Long[]::new))
            .addValue(
                signed.stream().map(s -> Buffer.buffer(s.certificate())).toArray(Buffer[]::new));
    List<RequestRow> rows = rows(await(pool.preparedQuery(STORE).execute(parameters)));
    return signed.stream().map(s -> find(rows, s.id())).toList();
  }

  private static RequestRow find(List<RequestRow> rows, long id) {
    return rows.stream().filter(row -> row.id() == id).findFirst().orElseThrow();
  }

  /** Plans a pending request; false if it is not pending any more. */
  boolean decideToIssue(long id, RequestRow.Plan plan, String manager) {
    Tuple parameters =
        Tuple.tuple()
            .addValue(caId)
            .addValue(id)
            .addValue(plan.serial())
            .addValue(utc(plan.notBefore()))
            .addValue(utc(plan.notAfter()))
            .addValue(plan.publicUrl())
            .addValue(plan.sha256())
            .addValue(manager);
    return await(pool.preparedQuery(DECIDE_ISSUE).execute(parameters)).rowCount() == 1;
  }

  boolean decideToDeny(long id, String manager) {
    Tuple parameters = Tuple.of(caId, id, manager);
    return await(pool.preparedQuery(DECIDE_DENY).execute(parameters)).rowCount() == 1;
  }

  /** The row if this call revoked it. */
  Optional<RequestRow> revoke(String serial, String reason) {
    return first(await(pool.preparedQuery(REVOKE).execute(Tuple.of(caId, serial, reason))));
  }

  Optional<RequestRow> byId(long id) {
    return first(select("id = $2", Tuple.of(caId, id)));
  }

  Optional<RequestRow> bySerial(String serial) {
    return first(select("serial = $2", Tuple.of(caId, serial)));
  }

  List<RequestRow> byReference(String reference) {
    return rows(select("requester_reference = $2 order by id", Tuple.of(caId, reference)));
  }

  List<RequestRow> bySpki(String spkiSha256) {
    return rows(select("spki_sha256 = $2 order by id", Tuple.of(caId, spkiSha256)));
  }

  List<RequestRow> pending() {
    return rows(select("status = 'PENDING' order by id limit 1000", Tuple.of(caId)));
  }

  /** Planned and not signed, for longer than a signature takes. */
  List<RequestRow> interrupted() {
    return rows(
        select(
            "status = 'PLANNED' and decided_at < now() - interval '1 minute' order by id limit 100",
            Tuple.of(caId)));
  }

  List<RequestRow> issued(Instant from, Instant until) {
    return rows(
        select(
            "decided_at >= $2 and decided_at < $3 and status in ('ISSUED', 'REVOKED') order by id",
            Tuple.of(caId, utc(from), utc(until))));
  }

  private RowSet<Row> select(String predicate, Tuple parameters) {
    return await(pool.preparedQuery(SELECT + predicate).execute(parameters));
  }

  private Tuple columns(List<NewRequest> requests) {
    return Tuple.tuple()
        .addValue(caId)
        .addArrayOfString(strings(requests, NewRequest::reference))
        .addArrayOfString(strings(requests, NewRequest::template))
        .addValue(requests.stream().map(r -> Buffer.buffer(r.csr())).toArray(Buffer[]::new))
        .addArrayOfString(strings(requests, NewRequest::spkiSha256))
        .addArrayOfLong(requests.stream().map(NewRequest::validitySeconds).toArray(Long[]::new))
        .addArrayOfString(strings(requests, r -> r.status().name()))
        .addArrayOfString(strings(requests, NewRequest::detail))
        .addArrayOfString(planned(requests, RequestRow.Plan::serial))
        .addArrayOfOffsetDateTime(times(requests, RequestRow.Plan::notBefore))
        .addArrayOfOffsetDateTime(times(requests, RequestRow.Plan::notAfter))
        .addArrayOfString(planned(requests, RequestRow.Plan::publicUrl))
        .addArrayOfString(planned(requests, RequestRow.Plan::sha256));
  }

  private static String[] strings(
      List<NewRequest> requests, Function<NewRequest, @Nullable String> column) {
    return requests.stream().map(column).toArray(String[]::new);
  }

  private static String[] planned(
      List<NewRequest> requests, Function<RequestRow.Plan, String> column) {
    return strings(requests, r -> r.plan() == null ? null : column.apply(r.plan()));
  }

  private static OffsetDateTime[] times(
      List<NewRequest> requests, Function<RequestRow.Plan, Instant> column) {
    return requests.stream()
        .map(r -> r.plan() == null ? null : utc(column.apply(r.plan())))
        .toArray(OffsetDateTime[]::new);
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private static Optional<RequestRow> first(RowSet<Row> rows) {
    return rows(rows).stream().findFirst();
  }

  private static List<RequestRow> rows(RowSet<Row> rows) {
    List<RequestRow> list = new ArrayList<>();
    rows.forEach(row -> list.add(RequestRow.of(row)));
    return list;
  }

  private static <T> T await(Uni<T> uni) {
    return uni.await().indefinitely();
  }
}
