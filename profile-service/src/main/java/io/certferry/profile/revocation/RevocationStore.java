package io.certferry.profile.revocation;

import io.certferry.profile.enrolment.Revoked;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What revocation-service said, beside the enrolment that it is about. */
@ApplicationScoped
class RevocationStore {

  private static final String LOCK_DEVICES =
      """
      select 1 from device d
      where (d.tenant, d.device_id) in (select * from unnest($1::text[], $2::text[]))
      order by d.tenant, d.device_id for update
      """;

  /** A second revocation of the same request shows once the first one came to nothing. */
  private static final String RECORD =
      """
      update enrolment e
      set revocation_id = g.id, revocation_trigger = g.trigger,
          revocation_action = coalesce(g.action, e.revocation_action), revocation_state = g.state,
          revocation_version = g.version, revocation_at = g.at,
          renewal_due_at = case when e.state in ('REVOKING', 'REVOKED', 'CANCELLED') and g.trigger = any($9::text[])
                                  and e.newest and e.kind <> 'imported-pfx' then now() else e.renewal_due_at end
      from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::int[], $8::timestamptz[])
        as g (request_id, tenant, id, trigger, action, state, version, at)
      where e.request_id = g.request_id and e.tenant = g.tenant
        and case when e.revocation_id = g.id then e.revocation_version < g.version
                 else e.revocation_id is null or e.revocation_state in ('closed', 'failed') end
      """;

  private static final String STEP =
      """
      insert into enrolment_step (request_id, step_key, at, step, reason, detail)
      select e.request_id, g.step_key, g.at, g.step, g.reason, g.detail
      from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[])
        as g (request_id, tenant, step_key, at, step, reason, detail)
      join enrolment e on e.request_id = g.request_id and e.tenant = g.tenant
      on conflict do nothing
      """;

  /** Devices are locked first and in order, as in every transaction that touches both. */
  Uni<Void> record(SqlConnection tx, List<RevocationReport> reports) {
    if (reports.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.preparedQuery(LOCK_DEVICES)
        .execute(
            Tuple.tuple()
                .addArrayOfString(strings(reports, RevocationReport::tenant))
                .addArrayOfString(strings(reports, RevocationReport::deviceId)))
        .chain(
            () ->
                Multi.createFrom()
                    .iterable(rounds(reports))
                    .onItem()
                    .transformToUniAndConcatenate(round -> recordAll(tx, round))
                    .collect()
                    .last())
        .replaceWithVoid();
  }

  /** The reports of one request one after the other, those of different requests together. */
  private static List<List<RevocationReport>> rounds(List<RevocationReport> reports) {
    List<List<RevocationReport>> rounds = new ArrayList<>();
    Map<UUID, Integer> seen = new HashMap<>();
    for (RevocationReport report : reports) {
      int round = seen.merge(report.requestId(), 1, Integer::sum);
      if (round > rounds.size()) {
        rounds.add(new ArrayList<>());
      }
      rounds.get(round - 1).add(report);
    }
    return rounds;
  }

  private static Uni<Boolean> recordAll(SqlConnection tx, List<RevocationReport> reports) {
    return tx.preparedQuery(RECORD)
        .execute(facts(reports))
        .chain(() -> tx.preparedQuery(STEP).execute(steps(reports)))
        .replaceWith(Boolean.TRUE);
  }

  private static Tuple facts(List<RevocationReport> reports) {
    return requests(reports)
        .addArrayOfUUID(uuids(reports, RevocationReport::revocationId))
        .addArrayOfString(strings(reports, RevocationReport::trigger))
        .addArrayOfString(strings(reports, RevocationReport::action))
        .addArrayOfString(strings(reports, RevocationReport::state))
        .addArrayOfInteger(reports.stream().map(RevocationReport::version).toArray(Integer[]::new))
        .addArrayOfOffsetDateTime(times(reports))
        .addArrayOfString(Revoked.REPLACED_AFTER.toArray(String[]::new));
  }

  private static Tuple steps(List<RevocationReport> reports) {
    return requests(reports)
        .addArrayOfString(
            strings(reports, r -> "revocation-" + r.revocationId() + "-" + r.version()))
        .addArrayOfOffsetDateTime(times(reports))
        .addArrayOfString(strings(reports, r -> "revocation-" + r.state()))
        .addArrayOfString(strings(reports, RevocationReport::reason))
        .addArrayOfString(strings(reports, RevocationReport::detail));
  }

  private static Tuple requests(List<RevocationReport> reports) {
    return Tuple.tuple()
        .addArrayOfUUID(uuids(reports, RevocationReport::requestId))
        .addArrayOfString(strings(reports, RevocationReport::tenant));
  }

  private static OffsetDateTime[] times(List<RevocationReport> reports) {
    return reports.stream()
        .map(report -> report.at().atOffset(ZoneOffset.UTC))
        .toArray(OffsetDateTime[]::new);
  }

  private static String[] strings(
      List<RevocationReport> reports, Function<RevocationReport, @Nullable String> column) {
    return reports.stream().map(column).toArray(String[]::new);
  }

  private static UUID[] uuids(
      List<RevocationReport> reports, Function<RevocationReport, UUID> column) {
    return reports.stream().map(column).toArray(UUID[]::new);
  }
}
