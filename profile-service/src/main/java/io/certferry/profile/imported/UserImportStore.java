package io.certferry.profile.imported;

import io.certferry.profile.device.DeviceKey;
import io.certferry.profile.imported.UserImports.Owner;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Imports by user. An evaluation reads them, and checks under a lock in its own transaction that
 * they are still so: a device that is new at this very moment must not miss an import.
 */
@ApplicationScoped
public class UserImportStore {

  private static final String READ =
      """
      select i.*
      from unnest($1::text[], $2::text[]) as k (tenant, user_principal_name)
      join user_import i on i.tenant = k.tenant and i.user_principal_name = k.user_principal_name
      """;

  /** Two-key locks of the user space; the first key keeps them apart from other uses. */
  private static final String SHARE =
      """
      select pg_advisory_xact_lock_shared(7001, k.hash)
      from (select distinct hashtext(t || '/' || u) as hash
            from unnest($1::text[], $2::text[]) as g (t, u) order by 1) k
      """;

  private static final String EXCLUDE = SHARE.replace("lock_shared", "lock");

  private static final String WRITE =
      """
      insert into user_import as i (tenant, import_id, user_principal_name, thumbprint, purpose, not_before, not_after,
                                    state, reason, version, changed_at)
      select * from unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[],
                           $7::timestamptz[], $8::text[], $9::text[], $10::int[], $11::timestamptz[])
      on conflict (tenant, import_id) do update
      set purpose = excluded.purpose, not_before = excluded.not_before, not_after = excluded.not_after,
          state = excluded.state, reason = excluded.reason, version = excluded.version,
          changed_at = excluded.changed_at
      where i.version < excluded.version
      returning i.tenant, i.import_id
      """;

  private static final String DEVICES =
      """
      select r.tenant, r.device_id
      from unnest($1::text[], $2::text[]) as k (tenant, user_principal_name)
      join device_report r on r.tenant = k.tenant and r.user_principal_name = k.user_principal_name
      order by 1, 2
      """;

  private static final String MARK =
      """
      update enrolment e set import_id = g.import_id
      from unnest($1::uuid[], $2::uuid[]) as g (request_id, import_id)
      where e.request_id = g.request_id and e.import_id is null
      """;

  /** Imports of users; those that were deleted are not among them. */
  public Uni<UserImports> read(SqlClient client, Collection<Owner> owners) {
    return owners.isEmpty()
        ? Uni.createFrom().item(UserImports.NONE)
        : readAll(client, owners).map(UserImportStore::withoutDeleted);
  }

  private static UserImports withoutDeleted(Map<Owner, List<UserImport>> all) {
    Map<Owner, List<UserImport>> kept = new HashMap<>();
    all.forEach(
        (owner, imports) ->
            kept.put(
                owner,
                imports.stream().filter(i -> i.state() != UserImport.State.DELETED).toList()));
    return new UserImports(kept, UserImports.changes(all));
  }

  private Uni<Map<Owner, List<UserImport>>> readAll(SqlClient client, Collection<Owner> owners) {
    return client.preparedQuery(READ).execute(owners(owners)).map(rows -> byOwner(owners, rows));
  }

  /**
   * Whether the imports are still as they were read; nobody changes them until the caller's
   * transaction ends.
   */
  public Uni<Boolean> isUnchanged(SqlConnection tx, UserImports before) {
    Collection<Owner> owners = new TreeSet<>(before.byUser().keySet());
    return owners.isEmpty()
        ? Uni.createFrom().item(true)
        : tx.preparedQuery(SHARE)
            .execute(owners(owners))
            .chain(() -> readAll(tx, owners))
            .map(now -> UserImports.changes(now).equals(before.changes()));
  }

  /** Keeps evaluations of the users' devices waiting until the transaction ends. */
  Uni<Void> exclude(SqlConnection tx, Collection<Owner> owners) {
    return tx.preparedQuery(EXCLUDE).execute(owners(new TreeSet<>(owners))).replaceWithVoid();
  }

  /**
   * Writes those that are newer than what is known.
   *
   * @param imports each import once
   * @return ids of those that were written
   */
  Uni<List<UUID>> write(SqlConnection tx, List<UserImport> imports, Map<UUID, Instant> changedAt) {
    return tx.preparedQuery(WRITE)
        .execute(
            Tuple.tuple()
                .addArrayOfString(strings(imports, UserImport::tenant))
                .addArrayOfUUID(imports.stream().map(UserImport::importId).toArray(UUID[]::new))
                .addArrayOfString(strings(imports, UserImport::userPrincipalName))
                .addArrayOfString(strings(imports, UserImport::thumbprint))
                .addArrayOfString(strings(imports, UserImport::purpose))
                .addArrayOfOffsetDateTime(times(imports, UserImport::notBefore))
                .addArrayOfOffsetDateTime(times(imports, UserImport::notAfter))
                .addArrayOfString(strings(imports, i -> i.state().id()))
                .addArrayOfString(strings(imports, UserImport::reason))
                .addArrayOfInteger(
                    imports.stream().map(UserImport::version).toArray(Integer[]::new))
                .addArrayOfOffsetDateTime(
                    times(imports, i -> changedAt.getOrDefault(i.importId(), Instant.EPOCH))))
        .map(rows -> rows.stream().map(row -> row.getUUID("import_id")).toList());
  }

  /** The devices that these users reported from last. */
  Uni<List<DeviceKey>> devices(SqlConnection tx, Collection<Owner> owners) {
    return tx.preparedQuery(DEVICES)
        .execute(owners(owners))
        .map(
            rows ->
                rows.stream()
                    .map(row -> new DeviceKey(row.getString(0), row.getString(1)))
                    .toList());
  }

  /**
   * Notes which import requests are about, so that they are found when it is deleted.
   *
   * @param imports request to import
   */
  public Uni<Void> mark(SqlConnection tx, Map<UUID, UUID> imports) {
    if (imports.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<Map.Entry<UUID, UUID>> entries = List.copyOf(imports.entrySet());
    return tx.preparedQuery(MARK)
        .execute(
            Tuple.tuple()
                .addArrayOfUUID(entries.stream().map(Map.Entry::getKey).toArray(UUID[]::new))
                .addArrayOfUUID(entries.stream().map(Map.Entry::getValue).toArray(UUID[]::new)))
        .replaceWithVoid();
  }

  private static Map<Owner, List<UserImport>> byOwner(Collection<Owner> owners, RowSet<Row> rows) {
    Map<Owner, List<UserImport>> byOwner = new HashMap<>();
    owners.forEach(owner -> byOwner.put(owner, new ArrayList<>()));
    for (Row row : rows) {
      UserImport found = userImport(row);
      byOwner
          .computeIfAbsent(
              new Owner(found.tenant(), found.userPrincipalName()), k -> new ArrayList<>())
          .add(found);
    }
    return byOwner;
  }

  private static UserImport userImport(Row row) {
    return new UserImport(
        row.getString("tenant"),
        row.getUUID("import_id"),
        row.getString("user_principal_name"),
        row.getString("thumbprint"),
        row.getString("purpose"),
        row.getOffsetDateTime("not_before").toInstant(),
        row.getOffsetDateTime("not_after").toInstant(),
        UserImport.State.of(row.getString("state")).orElseThrow(),
        row.getString("reason"),
        row.getInteger("version"));
  }

  private static Tuple owners(Collection<Owner> owners) {
    return Tuple.of(strings(owners, Owner::tenant), strings(owners, Owner::userPrincipalName));
  }

  private static <T> String[] strings(
      Collection<T> items, Function<T, ? extends @Nullable String> column) {
    return items.stream().map(column).toArray(String[]::new);
  }

  private static <T> java.time.OffsetDateTime[] times(
      Collection<T> items, Function<T, Instant> column) {
    return items.stream()
        .map(column)
        .map(instant -> instant.atOffset(ZoneOffset.UTC))
        .toArray(java.time.OffsetDateTime[]::new);
  }
}
