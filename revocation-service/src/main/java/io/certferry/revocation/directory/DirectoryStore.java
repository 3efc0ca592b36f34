package io.certferry.revocation.directory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.certferry.contracts.ContractJson;
import io.certferry.messaging.Lease;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The users as last seen, and how far each directory has been read. */
@Singleton
class DirectoryStore {

  private static final Duration LEASE = Duration.ofMinutes(10);

  private static final String CLAIM =
      """
      insert into directory_feed as f (tenant, lease_owner, lease_until, lease_epoch)
      values ($1, $2, now() + make_interval(secs => $3), 1)
      on conflict (tenant) do update set lease_owner = excluded.lease_owner,
        lease_until = excluded.lease_until, lease_epoch = f.lease_epoch + 1
      where (f.lease_until is null or f.lease_until < now())
        and (f.read_at is null or f.read_at < now() - make_interval(secs => $4))
      returning server, highest_usn, run, lease_epoch, held_back,
        full_sync_at is null or full_sync_at < now() - make_interval(secs => $5) as full_due
      """;

  private static final String READ =
      """
      update directory_feed set server = $3, highest_usn = greatest($4, case when server = $3 then highest_usn
          else 0 end), run = $5, read_at = now(), held_back = $7,
        full_sync_at = case when $6 then now() else full_sync_at end, problem = $8, problem_detail = null,
        problem_since = case when $8::text is null then null else coalesce(problem_since, now()) end,
        lease_until = null
      where tenant = $1 and lease_epoch = $2
      """;

  private static final String UNREADABLE =
      """
      update directory_feed set problem = $3, problem_detail = $4, read_at = now(),
        problem_since = coalesce(problem_since, now()), lease_until = null
      where tenant = $1 and lease_epoch = $2
      """;

  private static final String USERS =
      """
      select entry_id, subject, state, names from directory_user
      where tenant = $1 and entry_id = any($2::text[])
      """;

  private static final String UPSERT =
      """
      insert into directory_user as u (tenant, entry_id, subject, dn, state, names, groups, seen_run, changed_at)
      select $1, e.entry_id, e.subject, e.dn, e.state, e.names,
        array(select json_array_elements_text(e.groups)), $3, e.changed_at
      from json_to_recordset($2::text::json) as e (entry_id text, subject text, dn text, state text,
        names text, groups json, changed_at timestamptz)
      on conflict (tenant, entry_id) do update
        set subject = case when excluded.subject = '' then u.subject else excluded.subject end,
          dn = excluded.dn, state = excluded.state, seen_run = excluded.seen_run,
          names = case when excluded.state = 'deleted' then u.names else excluded.names end,
          groups = case when excluded.state = 'deleted' then u.groups else excluded.groups end,
          changed_at = case when u.state = excluded.state and u.names = excluded.names then u.changed_at
            else excluded.changed_at end
      """;

  private static final String MISSING =
      """
      select entry_id, subject from directory_user
      where tenant = $1 and seen_run < $2 and state <> 'deleted'
      """;

  private static final String GONE =
      """
      update directory_user set state = 'deleted', changed_at = $3
      where tenant = $1 and entry_id = any($2::text[])
      """;

  private static final String REQUESTS =
      """
      select request_id, subject from request
      where tenant = $1 and subject = any($2::text[]) and ended_action is distinct from 'revoke'
      """;

  private static final String ACCEPT_MISSING =
      "update directory_feed set held_back = -1, full_sync_at = null, read_at = null where tenant ="
          + " $1 and held_back > 0";

  private final Pool pool;

  DirectoryStore(Pool pool) {
    this.pool = pool;
  }

  /**
   * A right to read a directory.
   *
   * @param server that the last reading was of; null before the first
   * @param heldBack users that the last full reading missed and that were held back
   */
  record Claim(
      String tenant,
      @Nullable String server,
      long highestUsn,
      long run,
      long epoch,
      int heldBack,
      boolean fullDue) {}

  Optional<Claim> claim(String tenant, DirectoryConfig.Feed config) {
    Lease lease = Lease.ofThisProcess(LEASE);
    return pool.preparedQuery(CLAIM)
        .execute(
            Tuple.of(
                tenant,
                lease.owner(),
                lease.seconds(),
                seconds(config.pollInterval()),
                seconds(config.fullSyncInterval())))
        .map(
            rows -> {
              Optional<Claim> claim = Optional.empty();
              for (Row row : rows) {
                claim =
                    Optional.of(
                        new Claim(
                            tenant,
                            row.getString("server"),
                            row.getLong("highest_usn"),
                            row.getLong("run"),
                            row.getLong("lease_epoch"),
                            row.getInteger("held_back"),
                            row.getBoolean("full_due")));
              }
              return claim;
            })
        .await()
        .indefinitely();
  }

  /** What a reading found. */
  record Reading(String server, long highestUsn, long run, boolean full, int heldBack) {}

  void read(Claim claim, Reading reading) {
    pool.preparedQuery(READ)
        .execute(
            Tuple.tuple()
                .addString(claim.tenant())
                .addLong(claim.epoch())
                .addString(reading.server())
                .addLong(reading.highestUsn())
                .addLong(reading.run())
                .addBoolean(reading.full())
                .addInteger(reading.heldBack())
                .addString(reading.heldBack() > 0 ? "too-many-missing" : null))
        .await()
        .indefinitely();
  }

  void unreadable(Claim claim, String code, String detail) {
    pool.preparedQuery(UNREADABLE)
        .execute(Tuple.of(claim.tenant(), claim.epoch(), code, detail))
        .await()
        .indefinitely();
  }

  /** A user as stored. */
  record Stored(String subject, DirectoryEntry.UserState state, Map<String, String> names) {}

  Uni<Map<String, Stored>> users(SqlConnection tx, String tenant, Collection<String> ids) {
    return tx.preparedQuery(USERS)
        .execute(Tuple.of(tenant, ids.toArray(String[]::new)))
        .map(
            rows -> {
              Map<String, Stored> users = new HashMap<>();
              rows.forEach(row -> users.put(row.getString(0), stored(row)));
              return users;
            });
  }

  private static Stored stored(Row row) {
    return new Stored(
        row.getString(1), DirectoryEntry.UserState.of(row.getString(2)), names(row.getString(3)));
  }

  private static Map<String, String> names(String json) {
    try {
      Map<String, String> names = new HashMap<>();
      ContractJson.mapper()
          .readTree(json)
          .fields()
          .forEachRemaining(entry -> names.put(entry.getKey(), entry.getValue().asText()));
      return names;
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  Uni<Void> save(
      SqlConnection tx, String tenant, List<DirectoryEntry> entries, long run, Instant at) {
    ArrayNode rows = ContractJson.mapper().createArrayNode();
    entries.forEach(entry -> add(rows, entry, at));
    return tx.preparedQuery(UPSERT)
        .execute(Tuple.of(tenant, rows.toString(), run))
        .replaceWithVoid();
  }

  private static void add(ArrayNode rows, DirectoryEntry entry, Instant at) {
    var node =
        rows.addObject()
            .put("entry_id", entry.entryId())
            .put("subject", entry.subject())
            .put("dn", entry.dn())
            .put("state", entry.state().code())
            .put("names", ContractJson.mapper().valueToTree(entry.names()).toString())
            .put("changed_at", at.toString());
    ArrayNode groups = node.putArray("groups");
    entry.groups().forEach(groups::add);
  }

  /** Users that a full reading did not find: entry id to subject. */
  Map<String, String> missing(String tenant, long run) {
    return pool.preparedQuery(MISSING)
        .execute(Tuple.of(tenant, run))
        .map(
            rows -> {
              Map<String, String> missing = new HashMap<>();
              rows.forEach(row -> missing.put(row.getString(0), row.getString(1)));
              return missing;
            })
        .await()
        .indefinitely();
  }

  Uni<Void> gone(SqlConnection tx, String tenant, Collection<String> ids, Instant at) {
    return tx.preparedQuery(GONE)
        .execute(
            Tuple.of(tenant, ids.toArray(String[]::new), at.atOffset(java.time.ZoneOffset.UTC)))
        .replaceWithVoid();
  }

  /** A request of a user. */
  record OfUser(UUID requestId, String subject) {}

  Uni<List<OfUser>> requests(SqlConnection tx, String tenant, Collection<String> subjects) {
    return tx.preparedQuery(REQUESTS)
        .execute(Tuple.of(tenant, subjects.toArray(String[]::new)))
        .map(
            rows -> {
              List<OfUser> list = new ArrayList<>();
              rows.forEach(row -> list.add(new OfUser(row.getUUID(0), row.getString(1))));
              return list;
            });
  }

  /** A person agrees that the missing users are gone: the next full reading acts on it. */
  Uni<Boolean> acceptMissing(String tenant) {
    return pool.preparedQuery(ACCEPT_MISSING)
        .execute(Tuple.of(tenant))
        .map(rows -> rows.rowCount() == 1);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
