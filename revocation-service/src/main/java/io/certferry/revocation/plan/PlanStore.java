package io.certferry.revocation.plan;

import io.certferry.contracts.ContractJson;
import io.certferry.contracts.event.RevocationProgressed.Evidence;
import io.certferry.edge.PageRequest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Plans and the certificates that they froze. */
@Singleton
class PlanStore {

  private static final String INSERT =
      """
      insert into plan (id, tenant, state, query, everything, trigger, reason, comment, item_count,
        confirmation, per_second, created_by, created_at, expires_at)
      values ($1, $2, 'draft', $3, $4, $5, $6, $7, 0, $8, $9, $10, $11, $12)
      """;

  private static final String FREEZE =
      """
      insert into plan_item (plan_id, position, request_id, issuer, issuer_key, serial, ca_id, subject,
        device_id, not_after)
      select $1, row_number() over (order by c.not_before, c.issuer_key, c.serial), c.request_id, c.issuer,
        c.issuer_key, c.serial, c.ca_id, r.subject, r.device_id, c.not_after
      from certificate c join request r on r.request_id = c.request_id
      left join profile p on p.tenant = r.tenant and p.profile_id = r.profile_id
      where c.tenant = $2 and c.not_after > now()
        and coalesce(p.kind, case when r.item = '-' then 'pkcs' else 'imported-pfx' end) = 'pkcs'
        and not exists (select from revocation v where v.issuer_key = c.issuer_key and v.serial = c.serial
          and v.action = 'revoke' and v.state in ('accepted', 'listed'))
        and ($3::text is null or c.ca_id = $3)
        and ($4::uuid is null or r.profile_id = $4)
        and ($5::timestamptz is null or c.not_before >= $5)
        and ($6::timestamptz is null or c.not_before < $6)
        and ($7::text is null or r.subject in (select u.subject from directory_user u
          where u.tenant = $2 and lower($7) = any(u.groups)))
        and ($8::text is null or r.subject = $8)
        and ($9::text is null or r.device_id = $9)
      """;

  private static final String LIVE =
      """
      select count(*) from certificate c join request r on r.request_id = c.request_id
      left join profile p on p.tenant = r.tenant and p.profile_id = r.profile_id
      where c.tenant = $1 and c.not_after > now()
        and coalesce(p.kind, case when r.item = '-' then 'pkcs' else 'imported-pfx' end) = 'pkcs'
      """;

  private static final String COUNTED =
      """
      update plan set item_count = $2::int, everything = everything or $2::int >= $3::int where id = $1
      """;

  private static final String FIND =
      "select " + Plan.COLUMNS + " from plan where tenant = $1 and id = $2";

  private static final String LIST =
      "select "
          + Plan.COLUMNS
          + """
           from plan where tenant = $1
            and ($2::timestamptz is null or (created_at, id) < ($2, $3::uuid))
          order by created_at desc, id desc limit $4
          """;

  private static final String MOVE =
      """
      update plan set state = $3, confirmed_by = coalesce($4, confirmed_by),
        confirmed_at = case when $4::text is null then confirmed_at else now() end,
        ended_at = case when $3 in ('aborted', 'done') then now() else ended_at end, refilled_at = now()
      where id = $1 and state = any($2::text[])
      """;

  private static final String CLAIM =
      "select "
          + Plan.COLUMNS
          + """
          , least(per_second * 2, allowance + per_second
            * greatest(0, extract(epoch from now() - refilled_at)::double precision)) as available
           from plan where state = 'running' order by id limit 1 offset $1 for update skip locked
          """;

  private static final String NEXT_ITEMS =
      """
      select request_id from plan_item where plan_id = $1 and position >= $2 order by position limit $3
      """;

  private static final String ADVANCE =
      """
      update plan set next_position = next_position + $2, allowance = $3, refilled_at = now(),
        state = case when next_position + $2 > item_count then 'done' else state end,
        ended_at = case when next_position + $2 > item_count then now() else ended_at end
      where id = $1
      """;

  private static final String SAMPLE =
      """
      select i.*, null::uuid as revocation_id, null as state, null as state_reason, null as evidence
      from plan_item i where i.plan_id = $1
      order by hashtextextended(i.serial, 0) limit $2
      """;

  private static final String REPORT =
      """
      select i.*, v.id as revocation_id, v.state, v.state_reason, v.evidence
      from plan_item i left join revocation v on v.issuer_key = i.issuer_key and v.serial = i.serial
        and v.action = 'revoke'
      where i.plan_id = $1 and i.position > $2 order by i.position limit $3
      """;

  private static final String COUNTS =
      """
      select coalesce(v.state, 'not-ordered') as state, count(*)
      from plan_item i left join revocation v on v.issuer_key = i.issuer_key and v.serial = i.serial
        and v.action = 'revoke'
      where i.plan_id = $1 group by 1
      """;

  private final Pool pool;

  PlanStore(Pool pool) {
    this.pool = pool;
  }

  /** Stores a draft and freezes what its query selects. */
  Uni<Void> draft(SqlConnection tx, Plan plan, NewPlan.Query query) {
    Tuple row =
        Tuple.tuple()
            .addUUID(plan.id())
            .addString(plan.tenant())
            .addString(new String(ContractJson.write(query), StandardCharsets.UTF_8))
            .addBoolean(plan.everything())
            .addString(plan.trigger())
            .addString(plan.reason())
            .addString(plan.comment())
            .addString(plan.confirmation())
            .addDouble(plan.perSecond())
            .addString(plan.createdBy())
            .addOffsetDateTime(plan.createdAt().atOffset(ZoneOffset.UTC))
            .addOffsetDateTime(plan.expiresAt().atOffset(ZoneOffset.UTC));
    return tx.preparedQuery(INSERT)
        .execute(row)
        .chain(() -> tx.preparedQuery(FREEZE).execute(conditions(plan, query)))
        .chain(
            frozen ->
                tx.preparedQuery(LIVE)
                    .execute(Tuple.of(plan.tenant()))
                    .chain(
                        live ->
                            tx.preparedQuery(COUNTED)
                                .execute(
                                    Tuple.of(
                                        plan.id(),
                                        frozen.rowCount(),
                                        Math.toIntExact(
                                            Math.max(1, live.iterator().next().getLong(0)))))))
        .replaceWithVoid();
  }

  private static Tuple conditions(Plan plan, NewPlan.Query query) {
    return Tuple.tuple()
        .addUUID(plan.id())
        .addString(plan.tenant())
        .addString(query.caId())
        .addUUID(query.profileId())
        .addOffsetDateTime(offset(query.issuedFrom()))
        .addOffsetDateTime(offset(query.issuedUntil()))
        .addString(query.group())
        .addString(query.subject())
        .addString(query.deviceId());
  }

  private static @Nullable OffsetDateTime offset(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  Uni<Optional<Plan>> find(SqlClient client, String tenant, UUID id) {
    return client
        .preparedQuery(FIND)
        .execute(Tuple.of(tenant, id))
        .map(rows -> list(rows, Plan::of).stream().findFirst());
  }

  Uni<Optional<Plan>> find(String tenant, UUID id) {
    return find(pool, tenant, id);
  }

  Uni<List<Plan>> list(String tenant, PageRequest page) {
    return pool.preparedQuery(LIST)
        .execute(
            Tuple.tuple()
                .addString(tenant)
                .addOffsetDateTime(
                    page.after().map(c -> c.instant(0).atOffset(ZoneOffset.UTC)).orElse(null))
                .addUUID(page.after().map(c -> c.uuid(1)).orElse(null))
                .addInteger(page.fetch()))
        .map(rows -> list(rows, Plan::of));
  }

  /** Changes the state if it is one of those; false when it is not. */
  Uni<Boolean> move(
      SqlClient client, UUID id, List<String> from, String to, @Nullable String confirmedBy) {
    return client
        .preparedQuery(MOVE)
        .execute(Tuple.of(id, from.toArray(String[]::new), to, confirmedBy))
        .map(rows -> rows.rowCount() == 1);
  }

  /** A running plan whose row is locked, and how many orders it may place now. */
  record Claimed(Plan plan, double available) {}

  Uni<Optional<Claimed>> claim(SqlConnection tx, int skip) {
    return tx.preparedQuery(CLAIM)
        .execute(Tuple.of(skip))
        .map(
            rows ->
                list(rows, row -> new Claimed(Plan.of(row), row.getDouble("available"))).stream()
                    .findFirst());
  }

  Uni<List<UUID>> nextItems(SqlConnection tx, Plan plan, int limit) {
    return tx.preparedQuery(NEXT_ITEMS)
        .execute(Tuple.of(plan.id(), plan.nextPosition(), limit))
        .map(rows -> list(rows, row -> row.getUUID(0)));
  }

  Uni<Void> advance(SqlConnection tx, Plan plan, int items, double allowance) {
    return tx.preparedQuery(ADVANCE)
        .execute(Tuple.of(plan.id(), items, allowance))
        .replaceWithVoid();
  }

  /** One certificate of a plan and what became of it. */
  record Item(
      int position,
      String issuer,
      String serial,
      String caId,
      String subject,
      String deviceId,
      Instant notAfter,
      @Nullable UUID revocationId,
      @Nullable String state,
      @Nullable String code,
      @Nullable Evidence evidence) {

    static Item of(Row row) {
      String evidence = row.getString("evidence");
      return new Item(
          row.getInteger("position"),
          row.getString("issuer"),
          row.getString("serial"),
          row.getString("ca_id"),
          row.getString("subject"),
          row.getString("device_id"),
          row.getOffsetDateTime("not_after").toInstant(),
          row.getUUID("revocation_id"),
          row.getString("state"),
          row.getString("state_reason"),
          evidence == null
              ? null
              : ContractJson.read(evidence.getBytes(StandardCharsets.UTF_8), Evidence.class));
    }
  }

  Uni<List<Item>> sample(UUID planId, int size) {
    return pool.preparedQuery(SAMPLE)
        .execute(Tuple.of(planId, size))
        .map(rows -> list(rows, Item::of));
  }

  Uni<List<Item>> report(UUID planId, PageRequest page) {
    int after = Math.toIntExact(page.after().map(c -> c.number(0)).orElse(0L));
    return pool.preparedQuery(REPORT)
        .execute(Tuple.of(planId, after, page.fetch()))
        .map(rows -> list(rows, Item::of));
  }

  /** How many of a plan's certificates are in which state. */
  Uni<Map<String, Long>> counts(UUID planId) {
    return pool.preparedQuery(COUNTS)
        .execute(Tuple.of(planId))
        .map(
            rows -> {
              Map<String, Long> counts = new LinkedHashMap<>();
              rows.forEach(row -> counts.put(row.getString(0), row.getLong(1)));
              return counts;
            });
  }

  private static <T> List<T> list(Iterable<Row> rows, Function<Row, T> mapping) {
    List<T> list = new ArrayList<>();
    rows.forEach(row -> list.add(mapping.apply(row)));
    return list;
  }
}
