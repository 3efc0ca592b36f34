package io.certferry.messaging;

import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The relay's statements; blocking, for the relay's thread. */
final class OutboxTable {

  /**
   * Of the session, so that it goes with the connection of an instance that dies. One key per
   * database: "certferry outbox".
   */
  static final long LOCK_KEY = 0x6365_7274_6f75_7462L;

  /** Repeats the predicate of the partial index {@code outbox_unsent}. */
  static final String CLAIM =
      """
      select id, topic, record_key, headers, payload, attempts,
             extract(epoch from clock_timestamp() - created_at)::float8 as age
      from outbox
      where parked_at is null
        and topic <> all($2::text[])
        and topic || chr(10) || coalesce(record_key, '') <> all($3::text[])
      order by id
      limit $1
      """;

  private static final String DELETE = "delete from outbox where id = any($1::bigint[])";

  private static final String REJECT =
      """
      update outbox set
        attempts = attempts + 1,
        parked_at = case when attempts + 1 >= $3 then now() end,
        parked_reason = $2
      where id = $1
      returning parked_at is not null
      """;

  private static final String STATE =
      """
      select
        (select extract(epoch from clock_timestamp() - created_at)::float8 from outbox
          where parked_at is null order by id limit 1),
        (select count(*) from (select 1 from outbox where parked_at is null limit 100000) as unsent),
        (select count(*) from (select 1 from outbox where parked_at is not null limit 100000) as parked)
      """;

  private OutboxTable() {}

  /** Whether this connection is now the only one that may publish. */
  static boolean lock(SqlConnection connection) {
    return one(connection, "select pg_try_advisory_lock($1)", Tuple.of(LOCK_KEY)).getBoolean(0);
  }

  static void unlock(SqlConnection connection) {
    one(connection, "select pg_advisory_unlock($1)", Tuple.of(LOCK_KEY));
  }

  /** The oldest unsent rows, without those of topics and lanes that wait. */
  static List<UnsentRow> claim(
      SqlConnection connection, int limit, Collection<String> topics, Collection<String> lanes) {
    List<UnsentRow> rows = new ArrayList<>();
    Tuple parameters = Tuple.of(limit, topics.toArray(String[]::new), lanes.toArray(String[]::new));
    for (Row row : run(connection, CLAIM, parameters)) {
      rows.add(unsent(row));
    }
    return rows;
  }

  static void delete(SqlConnection connection, List<Long> ids) {
    if (!ids.isEmpty()) {
      run(connection, DELETE, Tuple.of(ids.toArray(Long[]::new)));
    }
  }

  /** Counts an attempt; true if that was the last and the row is set aside. */
  static boolean reject(SqlConnection connection, long id, String reason, int parkAfter) {
    return one(connection, REJECT, Tuple.of(id, reason, parkAfter)).getBoolean(0);
  }

  static State state(SqlConnection connection) {
    Row row = one(connection, STATE, Tuple.tuple());
    Double age = row.getDouble(0);
    return new State(age == null ? 0 : age, row.getLong(1), row.getLong(2));
  }

  private static UnsentRow unsent(Row row) {
    var payload = row.getBuffer("payload");
    return new UnsentRow(
        row.getLong("id"),
        row.getString("topic"),
        row.getString("record_key"),
        row.getString("headers"),
        payload == null ? null : payload.getBytes(),
        row.getInteger("attempts"),
        row.getDouble("age"));
  }

  private static Row one(SqlConnection connection, String sql, Tuple parameters) {
    return run(connection, sql, parameters).iterator().next();
  }

  private static RowSet<Row> run(SqlConnection connection, String sql, Tuple parameters) {
    return connection.preparedQuery(sql).execute(parameters).await().indefinitely();
  }

  /** How full the outbox is; counts stop at 100,000. */
  record State(double oldestAgeSeconds, long unsent, long parked) {}
}
