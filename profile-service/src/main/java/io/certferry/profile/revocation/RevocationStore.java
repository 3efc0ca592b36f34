package io.certferry.profile.revocation;

import io.certferry.profile.enrolment.Revoked;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** What revocation-service said, beside the enrolment that it is about. */
@ApplicationScoped
class RevocationStore {

  private static final String LOCK_DEVICE =
      "select 1 from device where tenant = $1 and device_id = $2 for update";

  /** A second revocation of the same request shows once the first one came to nothing. */
  private static final String RECORD =
      """
      update enrolment e
      set revocation_id = $2, revocation_trigger = $4, revocation_action = coalesce($5, e.revocation_action),
          revocation_state = $6, revocation_version = $7, revocation_at = $8,
          renewal_due_at = case when e.state in ('REVOKING', 'REVOKED', 'CANCELLED') and $4 = any($9::text[])
                                  and e.newest and e.kind <> 'imported-pfx' then now() else e.renewal_due_at end
      where e.request_id = $1 and e.tenant = $3
        and case when e.revocation_id = $2 then e.revocation_version < $7
                 else e.revocation_id is null or e.revocation_state in ('closed', 'failed') end
      """;

  private static final String STEP =
      """
      insert into enrolment_step (request_id, step_key, at, step, reason, detail)
      select e.request_id, $2, $3, $4, $5, $6 from enrolment e where e.request_id = $1 and e.tenant = $7
      on conflict do nothing
      """;

  /** Devices are locked first and in order, as in every transaction that touches both. */
  Uni<Void> record(SqlConnection tx, List<RevocationReport> reports) {
    List<RevocationReport> ordered = new ArrayList<>(reports);
    ordered.sort(
        Comparator.comparing(RevocationReport::tenant).thenComparing(RevocationReport::deviceId));
    return Multi.createFrom()
        .iterable(ordered)
        .onItem()
        .transformToUniAndConcatenate(report -> record(tx, report).replaceWith(Boolean.TRUE))
        .collect()
        .last()
        .replaceWithVoid();
  }

  private static Uni<Void> record(SqlConnection tx, RevocationReport report) {
    var at = report.at().atOffset(ZoneOffset.UTC);
    return tx.preparedQuery(LOCK_DEVICE)
        .execute(Tuple.of(report.tenant(), report.deviceId()))
        .chain(
            () ->
                tx.preparedQuery(RECORD)
                    .execute(
                        Tuple.from(
                            Arrays.asList(
                                report.requestId(),
                                report.revocationId(),
                                report.tenant(),
                                report.trigger(),
                                report.action(),
                                report.state(),
                                report.version(),
                                at,
                                Revoked.REPLACED_AFTER.toArray(String[]::new)))))
        .chain(
            () ->
                tx.preparedQuery(STEP)
                    .execute(
                        Tuple.from(
                            Arrays.asList(
                                report.requestId(),
                                "revocation-" + report.revocationId() + "-" + report.version(),
                                at,
                                "revocation-" + report.state(),
                                report.reason(),
                                report.detail(),
                                report.tenant()))))
        .replaceWithVoid();
  }
}
