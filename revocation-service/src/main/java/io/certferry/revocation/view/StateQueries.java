package io.certferry.revocation.view;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts and ages: of one tenant for people, of all for metrics. */
@Singleton
class StateQueries {

  private static final String OPEN =
      """
      select coalesce(ca_id, 'none') as ca_id, state, priority, count(*), min(ordered_at) as oldest
      from revocation where state not in ('listed', 'closed') and ($1::text is null or tenant = $1)
      group by 1, 2, 3 order by 1, 2, 3
      """;

  private static final String FAILURES =
      """
      select coalesce(ca_id, 'none') as ca_id, state, coalesce(state_reason, 'unknown') as code, count(*),
        min(ordered_at) as oldest
      from revocation where state in ('failed', 'waiting') and ($1::text is null or tenant = $1)
      group by 1, 2, 3 order by 1, 2, 3
      """;

  private static final String RATES =
      """
      select ca_id,
        count(*) filter (where accepted_at > now() - interval '1 hour') as accepted,
        count(*) filter (where listed_at > now() - interval '1 hour') as listed
      from revocation where tenant = $1 and ordered_at > now() - interval '30 days' and ca_id is not null
      group by ca_id order by ca_id
      """;

  private static final String LISTS =
      """
      select ca_id, source, crl_number, this_update, next_update, entries, checked_at, fetched_at, problem,
        problem_detail, problem_since
      from ca_status order by ca_id
      """;

  private static final String UNREVOKED =
      """
      select count(*), min(r.ended_at) as oldest
      from request r join certificate c on c.request_id = r.request_id
      left join revocation v on v.issuer_key = c.issuer_key and v.serial = c.serial and v.action = 'revoke'
      where r.ended_action = 'revoke' and c.not_after > now() and ($1::text is null or r.tenant = $1)
        and (v.id is null or v.state not in ('listed', 'closed'))
      """;

  private static final String DIRECTORIES =
      """
      select tenant, server, read_at, full_sync_at, held_back, problem, problem_detail, problem_since,
        (select count(*) from directory_user u where u.tenant = f.tenant and u.state = 'active') as active,
        (select count(*) from directory_user u where u.tenant = f.tenant and u.state = 'disabled') as disabled,
        (select count(*) from directory_user u where u.tenant = f.tenant and u.state = 'deleted') as deleted
      from directory_feed f where $1::text is null or tenant = $1
      """;

  private final Pool pool;

  StateQueries(Pool pool) {
    this.pool = pool;
  }

  /** Open revocations of one CA in one state and queue. */
  record Open(String caId, String state, int priority, long count, Instant oldestOrderedAt) {
    static Open of(Row row) {
      return new Open(
          row.getString(0),
          row.getString(1),
          row.getShort(2),
          row.getLong(3),
          row.getOffsetDateTime(4).toInstant());
    }
  }

  Uni<List<Open>> open(@Nullable String tenant) {
    return pool.preparedQuery(OPEN)
        .execute(Tuple.of(tenant))
        .map(rows -> RevocationQueries.list(rows, Open::of));
  }

  /** What failed or waits, by its class. */
  record Failures(String caId, String state, String code, long count, Instant oldestOrderedAt) {
    static Failures of(Row row) {
      return new Failures(
          row.getString(0),
          row.getString(1),
          row.getString(2),
          row.getLong(3),
          row.getOffsetDateTime(4).toInstant());
    }
  }

  Uni<List<Failures>> failures(@Nullable String tenant) {
    return pool.preparedQuery(FAILURES)
        .execute(Tuple.of(tenant))
        .map(rows -> RevocationQueries.list(rows, Failures::of));
  }

  /** What a CA did in the last hour. */
  record Rate(String caId, long acceptedLastHour, long listedLastHour) {
    static Rate of(Row row) {
      return new Rate(row.getString(0), row.getLong(1), row.getLong(2));
    }
  }

  Uni<List<Rate>> rates(String tenant) {
    return pool.preparedQuery(RATES)
        .execute(Tuple.of(tenant))
        .map(rows -> RevocationQueries.list(rows, Rate::of));
  }

  /** What was last seen of a CA's list of revoked certificates. */
  record CaList(
      String caId,
      @Nullable String source,
      @Nullable String crlNumber,
      @Nullable Instant thisUpdate,
      @Nullable Instant nextUpdate,
      @Nullable Integer entries,
      @Nullable Instant checkedAt,
      @Nullable Instant fetchedAt,
      @Nullable String problem,
      @Nullable String problemDetail,
      @Nullable Instant problemSince) {

    static CaList of(Row row) {
      var number = row.getNumeric("crl_number");
      return new CaList(
          row.getString("ca_id"),
          row.getString("source"),
          number == null ? null : number.toString(),
          instant(row, "this_update"),
          instant(row, "next_update"),
          row.getInteger("entries"),
          instant(row, "checked_at"),
          instant(row, "fetched_at"),
          row.getString("problem"),
          row.getString("problem_detail"),
          instant(row, "problem_since"));
    }
  }

  Uni<List<CaList>> lists() {
    return pool.query(LISTS).execute().map(rows -> RevocationQueries.list(rows, CaList::of));
  }

  /** Certificates that live although their enrolment ended. */
  record UnrevokedCount(long count, @Nullable Instant oldestEndedAt) {}

  Uni<UnrevokedCount> unrevoked(@Nullable String tenant) {
    return pool.preparedQuery(UNREVOKED)
        .execute(Tuple.of(tenant))
        .map(rows -> rows.iterator().next())
        .map(row -> new UnrevokedCount(row.getLong(0), instant(row, "oldest")));
  }

  /** A watched directory. */
  record Directory(
      String tenant,
      @Nullable String server,
      @Nullable Instant readAt,
      @Nullable Instant fullSyncAt,
      int heldBack,
      @Nullable String problem,
      @Nullable String problemDetail,
      @Nullable Instant problemSince,
      long active,
      long disabled,
      long deleted) {

    static Directory of(Row row) {
      return new Directory(
          row.getString("tenant"),
          row.getString("server"),
          instant(row, "read_at"),
          instant(row, "full_sync_at"),
          Math.max(0, row.getInteger("held_back")),
          row.getString("problem"),
          row.getString("problem_detail"),
          instant(row, "problem_since"),
          row.getLong("active"),
          row.getLong("disabled"),
          row.getLong("deleted"));
    }
  }

  Uni<List<Directory>> directories(@Nullable String tenant) {
    return pool.preparedQuery(DIRECTORIES)
        .execute(Tuple.of(tenant))
        .map(rows -> RevocationQueries.list(rows, Directory::of));
  }

  private static @Nullable Instant instant(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }
}
