package io.certferry.profile.renewal;

import io.certferry.profile.device.DeviceKey;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Renewals that are due, claimed in batches, and the counts of those that are not as they should
 * be.
 */
@ApplicationScoped
class RenewalStore {

  /** Claiming moves the next look on at once, so that several instances share the work. */
  private static final String CLAIM =
      """
      with due as (
        select e.request_id, e.tenant, e.device_id from enrolment e
        where e.newest and e.ended_at is null and e.renewal_due_at <= $1
        order by e.renewal_due_at limit $2 for update skip locked
      ), judged as (
        select due.request_id, due.tenant, due.device_id,
               coalesce(d.state = 'active' and d.last_seen_at > $3, false) as awake
        from due left join device d on d.tenant = due.tenant and d.device_id = due.device_id
      )
      update enrolment e
      set renewal_due_at = $1::timestamptz + make_interval(secs => case when j.awake then $4::float8 else $5::float8 end)
      from judged j where e.request_id = j.request_id
      returning e.tenant, e.device_id, j.awake
      """;

  private static final String COUNT =
      """
      select
        count(*) filter (where awake and (e.renew_at < $2
          and e.state in ('OFFERED', 'INSTALLED', 'KEY_DESTROYED')
          or e.renewal and e.state in ('DENIED', 'FAILED'))) as overdue,
        count(*) filter (where not awake and e.renew_at < $1
          and e.state in ('OFFERED', 'INSTALLED', 'KEY_DESTROYED')) as dormant
      from (
        select e.*, coalesce(d.state = 'active' and d.last_seen_at > $3, false) as awake
        from enrolment e left join device d on d.tenant = e.tenant and d.device_id = e.device_id
        where e.newest and e.ended_at is null
          and (e.renew_at < $1 or e.renewal and e.state in ('DENIED', 'FAILED'))
      ) e
      """;

  private final RenewalConfig config;

  RenewalStore(RenewalConfig config) {
    this.config = config;
  }

  /**
   * What a claim took.
   *
   * @param rows how many certificates, those of dormant devices among them
   * @param devices those that can be renewed now
   */
  record Claimed(int rows, Set<DeviceKey> devices) {}

  Uni<Claimed> claim(SqlConnection tx, Instant now) {
    Tuple parameters =
        Tuple.of(
            time(now),
            config.batchSize(),
            time(now.minus(config.dormantAfter())),
            seconds(config.retryAfter()),
            seconds(config.dormantRecheck()));
    return tx.preparedQuery(CLAIM)
        .execute(parameters)
        .map(
            rows -> {
              Set<DeviceKey> devices = new LinkedHashSet<>();
              for (Row row : rows) {
                if (row.getBoolean("awake")) {
                  devices.add(new DeviceKey(row.getString("tenant"), row.getString("device_id")));
                }
              }
              return new Claimed(rows.rowCount(), devices);
            });
  }

  /**
   * Renewals that are not as they should be.
   *
   * @param overdue past their instant without a running attempt: must be none
   * @param dormant past their instant, of devices that were not heard of for too long
   */
  record Counts(long overdue, long dormant) {}

  Uni<Counts> count(SqlClient client, Instant now) {
    return client
        .preparedQuery(COUNT)
        .execute(
            Tuple.of(
                time(now),
                time(now.minus(config.overdueAfter())),
                time(now.minus(config.dormantAfter()))))
        .map(rows -> rows.iterator().next())
        .map(row -> new Counts(row.getLong("overdue"), row.getLong("dormant")));
  }

  private static OffsetDateTime time(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
