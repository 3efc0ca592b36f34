package io.certferry.profile.imported;

import io.certferry.contracts.event.ImportDeliveryFailed;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** Deliveries that pfx-import-service could not make; what is installed stays so. */
@ApplicationScoped
class FailedDeliveries {

  private static final String RECORD =
      """
      with given as (
        select distinct on (request_id) *
        from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
          as g (request_id, tenant, code, message, at)
        order by request_id, at desc
      ), failed as (
        update enrolment e
        set state = 'FAILED', state_at = g.at, reason = g.code, detail = g.message, resend_at = null
        from given g
        where e.request_id = g.request_id and e.tenant = g.tenant and e.kind = 'imported-pfx'
          and e.state not in ('INSTALLED', 'KEY_DESTROYED', 'REVOKING', 'REVOKED', 'CANCELLED')
        returning e.request_id, g.code, g.message, g.at
      )
      insert into enrolment_step (request_id, step_key, at, step, reason, detail)
      select request_id, 'delivery-failed-' || extract(epoch from at), at, 'delivery-failed', code, message from failed
      on conflict do nothing
      """;

  Uni<Void> record(SqlConnection tx, List<ImportDeliveryFailed> failures) {
    if (failures.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.preparedQuery(RECORD)
        .execute(
            Tuple.tuple()
                .addArrayOfUUID(
                    failures.stream().map(ImportDeliveryFailed::requestId).toArray(UUID[]::new))
                .addArrayOfString(strings(failures, f -> f.naturalKey().tenant()))
                .addArrayOfString(strings(failures, ImportDeliveryFailed::code))
                .addArrayOfString(strings(failures, ImportDeliveryFailed::message))
                .addArrayOfOffsetDateTime(
                    failures.stream()
                        .map(f -> f.at().atOffset(ZoneOffset.UTC))
                        .toArray(OffsetDateTime[]::new)))
        .replaceWithVoid();
  }

  private static String[] strings(
      List<ImportDeliveryFailed> failures, Function<ImportDeliveryFailed, String> column) {
    return failures.stream().map(column).toArray(String[]::new);
  }
}
