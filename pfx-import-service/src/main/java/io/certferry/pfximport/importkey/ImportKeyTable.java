package io.certferry.pfximport.importkey;

import io.certferry.edge.PageRequest;
import io.certferry.pfximport.rows.Cells;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The rows of {@code import_key}. */
@Singleton
class ImportKeyTable {

  private static final String INSERT =
      """
      insert into import_key
        (id, tenant, provider_name, key_name, version, bits, spki, spki_sha256, state, created_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, 'current', $9)
      """;

  private static final String DEMOTE =
      """
      update import_key set state = 'older'
      where tenant = $1 and provider_name = $2 and key_name = $3 and state = 'current'
      """;

  private static final String VERSIONS =
      """
      select * from import_key
      where tenant = $1 and provider_name = $2 and key_name = $3 order by version desc
      """;

  private static final String OPENING =
      """
      select * from import_key
      where tenant = $1 and state <> 'retired'
        and ($2 = '' or provider_name = $2) and ($3 = '' or key_name = $3)
      order by state, version desc
      """;

  private static final String PAGE =
      "select * from import_key where tenant = $1 and id > $2 order by id limit $3";

  private static final String SEALED =
      "select count(*) as n from imported where import_key_sha256 = $1";

  private static final UUID FIRST = new UUID(0, 0);

  private final Pool pool;

  ImportKeyTable(Pool pool) {
    this.pool = pool;
  }

  Uni<Void> insert(SqlConnection tx, ImportKey key) {
    Tuple row =
        Tuple.tuple()
            .addValue(key.id())
            .addValue(key.tenant())
            .addValue(key.providerName())
            .addValue(key.keyName())
            .addValue(key.version())
            .addValue(key.bits())
            .addValue(Cells.buffer(key.spki()))
            .addValue(key.spkiSha256())
            .addValue(Cells.timestamp(key.createdAt()));
    return tx.preparedQuery(DEMOTE)
        .execute(Tuple.of(key.tenant(), key.providerName(), key.keyName()))
        .chain(() -> tx.preparedQuery(INSERT).execute(row))
        .replaceWithVoid();
  }

  /** All versions of a name, the newest first. */
  List<ImportKey> versions(String tenant, String providerName, String keyName) {
    return all(pool, VERSIONS, Tuple.of(tenant, providerName, keyName)).await().indefinitely();
  }

  /**
   * Those that open what was sealed to a name, the current one first; an empty name is any name.
   */
  List<ImportKey> opening(String tenant, String providerName, String keyName) {
    return all(pool, OPENING, Tuple.of(tenant, providerName, keyName)).await().indefinitely();
  }

  List<ImportKey> page(String tenant, PageRequest page) {
    UUID after = page.after().map(cursor -> cursor.uuid(0)).orElse(FIRST);
    return all(pool, PAGE, Tuple.of(tenant, after, page.fetch())).await().indefinitely();
  }

  Optional<ImportKey> find(String tenant, UUID id) {
    return all(pool, "select * from import_key where tenant = $1 and id = $2", Tuple.of(tenant, id))
        .await()
        .indefinitely()
        .stream()
        .findFirst();
  }

  Optional<ImportKey> bySha256(String tenant, String spkiSha256) {
    return all(
            pool,
            "select * from import_key where tenant = $1 and spki_sha256 = $2",
            Tuple.of(tenant, spkiSha256))
        .await()
        .indefinitely()
        .stream()
        .findFirst();
  }

  Uni<Optional<ImportKey>> lock(SqlConnection tx, String tenant, UUID id) {
    return all(
            tx,
            "select * from import_key where tenant = $1 and id = $2 for update",
            Tuple.of(tenant, id))
        .map(keys -> keys.stream().findFirst());
  }

  /** Keeps a key from being retired while something is sealed to it; false if it is retired. */
  Uni<Boolean> hold(SqlConnection tx, String spkiSha256) {
    return tx.preparedQuery(
            "select 1 from import_key where spki_sha256 = $1 and state <> 'retired' for share")
        .execute(Tuple.of(spkiSha256))
        .map(rows -> rows.size() > 0);
  }

  Uni<Void> retire(SqlConnection tx, UUID id, java.time.Instant at) {
    return tx.preparedQuery(
            "update import_key set state = 'retired', retired_at = $2 where id = $1")
        .execute(Tuple.of(id, Cells.timestamp(at)))
        .replaceWithVoid();
  }

  /** How many imports are sealed to a key. */
  Uni<Long> sealedTo(SqlClient client, String spkiSha256) {
    return client
        .preparedQuery(SEALED)
        .execute(Tuple.of(spkiSha256))
        .map(rows -> rows.iterator().next().getLong("n"));
  }

  private static Uni<List<ImportKey>> all(SqlClient client, String sql, Tuple parameters) {
    return client.preparedQuery(sql).execute(parameters).map(ImportKeyTable::keys);
  }

  private static List<ImportKey> keys(RowSet<Row> rows) {
    return rows.stream().map(ImportKey::of).toList();
  }
}
