package io.certferry.pfximport.imported;

import io.certferry.contracts.UserIds;
import io.certferry.pfximport.rows.Cells;
import io.certferry.pki.custody.SealedImport;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The rows of {@code imported}. */
@Singleton
class ImportTable {

  /** A row that was deleted comes back under its id; a living one is left alone. */
  private static final String INSERT =
      """
      insert into imported (import_id, tenant, user_id, user_principal_name, shown_principal_name, thumbprint,
        sha256, purpose, not_before, not_after, provider_name, key_name, padding_scheme, key_algorithm, source,
        state, version, pfx_sha256, import_key_sha256, encrypted_key, sealed_pfx, sealed_password,
        created_at, modified_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 'available', 1,
        $16, $17, $18, $19, $20, $21, $21)
      on conflict (tenant, user_id, thumbprint) do update set
        shown_principal_name = excluded.shown_principal_name, sha256 = excluded.sha256, purpose = excluded.purpose,
        not_before = excluded.not_before, not_after = excluded.not_after, provider_name = excluded.provider_name,
        key_name = excluded.key_name, padding_scheme = excluded.padding_scheme,
        key_algorithm = excluded.key_algorithm, source = excluded.source, state = 'available', reason = null,
        detail = null, version = imported.version + 1, pfx_sha256 = excluded.pfx_sha256,
        import_key_sha256 = excluded.import_key_sha256, encrypted_key = excluded.encrypted_key,
        sealed_pfx = excluded.sealed_pfx, sealed_password = excluded.sealed_password,
        created_at = excluded.created_at, modified_at = excluded.modified_at, opened_at = null
      where imported.state = 'deleted'
      returning *
      """;

  private static final String REPLACE =
      """
      update imported set
        shown_principal_name = $2, sha256 = $3, purpose = $4, not_before = $5, not_after = $6,
        provider_name = $7, key_name = $8, padding_scheme = $9, key_algorithm = $10, source = $11,
        state = 'available', reason = null, detail = null, version = version + 1,
        pfx_sha256 = $12, import_key_sha256 = $13, encrypted_key = $14, sealed_pfx = $15, sealed_password = $16,
        modified_at = $17, opened_at = null
      where import_id = $1
      returning *
      """;

  private static final String DELETE =
      """
      update imported set state = 'deleted', reason = null, detail = null, version = version + 1, modified_at = $2,
        pfx_sha256 = null, import_key_sha256 = null, encrypted_key = null, sealed_pfx = null, sealed_password = null
      where import_id = $1
      returning *
      """;

  private static final String FAIL =
      """
      update imported set state = 'failed', reason = $3, detail = $4, version = version + 1, modified_at = $5
      where import_id = $1 and version = $2 and state = 'available'
      returning *
      """;

  private static final String LEARN =
      """
      update imported set sha256 = $3, not_before = $4, not_after = $5, version = version + 1, modified_at = $6,
        opened_at = $6
      where import_id = $1 and version = $2
        and (sha256, not_before, not_after) is distinct from ($3, $4, $5)
      returning *
      """;

  private static final String OPENED = "update imported set opened_at = $2 where import_id = $1";

  private static final String REWRAP =
      """
      update imported set import_key_sha256 = $4, encrypted_key = $5
      where import_id = $1 and import_key_sha256 = $2 and encrypted_key = $3
      """;

  private static final String TO_REWRAP =
      """
      select i.* from imported i join import_key k on k.spki_sha256 = i.import_key_sha256
      where k.state = 'older' and i.import_id > $1 order by i.import_id limit $2
      """;

  /** A row with its sealed parts. */
  record Sealed(ImportedPfx pfx, SealedImport parts) {

    static Sealed of(Row row) {
      return new Sealed(
          ImportedPfx.of(row),
          new SealedImport(
              row.getString("import_key_sha256"),
              Cells.bytes(row, "encrypted_key"),
              Cells.bytes(row, "sealed_pfx"),
              Cells.bytes(row, "sealed_password")));
    }
  }

  private final Pool pool;

  ImportTable(Pool pool) {
    this.pool = pool;
  }

  /** Empty if the user has this certificate already. */
  Uni<Optional<ImportedPfx>> insert(SqlConnection tx, UUID id, NewImport pfx, Instant now) {
    Tuple row =
        Tuple.tuple()
            .addValue(id)
            .addValue(pfx.tenant())
            .addValue(pfx.userId())
            .addValue(UserIds.lower(pfx.shownPrincipalName()))
            .addValue(pfx.shownPrincipalName())
            .addValue(pfx.thumbprint());
    return one(tx, INSERT, sealed(described(row, pfx), pfx).addValue(Cells.timestamp(now)));
  }

  Uni<Optional<ImportedPfx>> replace(SqlConnection tx, UUID id, NewImport pfx, Instant now) {
    Tuple row = Tuple.tuple().addValue(id).addValue(pfx.shownPrincipalName());
    return one(tx, REPLACE, sealed(described(row, pfx), pfx).addValue(Cells.timestamp(now)));
  }

  private static Tuple described(Tuple row, NewImport pfx) {
    return row.addValue(pfx.sha256())
        .addValue(pfx.purpose().id())
        .addValue(Cells.timestamp(pfx.notBefore()))
        .addValue(Cells.timestamp(pfx.notAfter()))
        .addValue(pfx.providerName())
        .addValue(pfx.keyName())
        .addValue(pfx.paddingScheme())
        .addValue(pfx.keyAlgorithm())
        .addValue(pfx.source());
  }

  private static Tuple sealed(Tuple row, NewImport pfx) {
    return row.addValue(pfx.pfxSha256())
        .addValue(pfx.sealed().keySha256())
        .addValue(Cells.buffer(pfx.sealed().encryptedKey()))
        .addValue(Cells.buffer(pfx.sealed().pfx()))
        .addValue(Cells.buffer(pfx.sealed().password()));
  }

  Uni<Optional<ImportedPfx>> delete(SqlConnection tx, UUID id, Instant now) {
    return one(tx, DELETE, Tuple.of(id, Cells.timestamp(now)));
  }

  /** Empty if it was changed meanwhile. */
  Uni<Optional<ImportedPfx>> fail(
      SqlConnection tx, ImportedPfx pfx, String reason, String detail, Instant now) {
    return one(
        tx, FAIL, Tuple.of(pfx.importId(), pfx.version(), reason, detail, Cells.timestamp(now)));
  }

  /** What the certificate itself says; empty if that was known. */
  Uni<Optional<ImportedPfx>> learn(
      SqlConnection tx,
      ImportedPfx pfx,
      String sha256,
      Instant notBefore,
      Instant notAfter,
      Instant now) {
    return one(
        tx,
        LEARN,
        Tuple.of(
            pfx.importId(),
            pfx.version(),
            sha256,
            Cells.timestamp(notBefore),
            Cells.timestamp(notAfter),
            Cells.timestamp(now)));
  }

  Uni<Void> opened(SqlConnection tx, UUID id, Instant now) {
    return tx.preparedQuery(OPENED).execute(Tuple.of(id, Cells.timestamp(now))).replaceWithVoid();
  }

  /** Whether it was still sealed as it was read. */
  Uni<Boolean> rewrap(SqlConnection tx, Sealed was, SealedImport now) {
    return tx.preparedQuery(REWRAP)
        .execute(
            Tuple.of(
                was.pfx().importId(),
                was.parts().keySha256(),
                Cells.buffer(was.parts().encryptedKey()),
                now.keySha256(),
                Cells.buffer(now.encryptedKey())))
        .map(rows -> rows.rowCount() == 1);
  }

  List<Sealed> toRewrap(UUID after, int limit) {
    return rows(pool, TO_REWRAP, Tuple.of(after, limit), Sealed::of).await().indefinitely();
  }

  /** Not deleted. */
  Optional<ImportedPfx> find(String tenant, UUID userId, String thumbprint) {
    return one(
            pool,
            "select * from imported where tenant = $1 and user_id = $2 and thumbprint = $3 and"
                + " state <> 'deleted'",
            Tuple.of(tenant, userId, thumbprint))
        .await()
        .indefinitely();
  }

  /** Deleted or not. */
  Optional<ImportedPfx> find(String tenant, UUID importId) {
    return one(
            pool,
            "select * from imported where tenant = $1 and import_id = $2",
            Tuple.of(tenant, importId))
        .await()
        .indefinitely();
  }

  Uni<Optional<ImportedPfx>> lock(SqlConnection tx, String tenant, UUID importId) {
    return one(
        tx,
        "select * from imported where tenant = $1 and import_id = $2 for update",
        Tuple.of(tenant, importId));
  }

  /** Those that are not deleted, with their sealed parts. */
  Map<UUID, Sealed> sealed(Collection<UUID> ids) {
    String sql = "select * from imported where import_id = any($1) and state <> 'deleted'";
    return rows(pool, sql, Tuple.of(ids.toArray(UUID[]::new)), Sealed::of)
        .await()
        .indefinitely()
        .stream()
        .collect(Collectors.toMap(row -> row.pfx().importId(), Function.identity()));
  }

  /** A page of a tenant's imports that are not deleted, by id. */
  List<ImportedPfx> page(String tenant, ImportQuery query, UUID after, int limit) {
    StringBuilder sql =
        new StringBuilder(
            "select * from imported where tenant = $1 and import_id > $2 and state <> 'deleted'");
    Tuple parameters = Tuple.of(tenant, after);
    and(sql, parameters, "user_principal_name", query.userPrincipalName());
    and(sql, parameters, "thumbprint", query.thumbprint());
    and(sql, parameters, "purpose", query.purpose());
    and(sql, parameters, "state", query.state());
    parameters.addValue(limit);
    sql.append(" order by import_id limit $").append(parameters.size());
    return rows(pool, sql.toString(), parameters, ImportedPfx::of).await().indefinitely();
  }

  /** Deleted ones too. */
  List<ImportedPfx> everything(String tenant, UUID after, int limit) {
    String sql =
        "select * from imported where tenant = $1 and import_id > $2 order by import_id limit $3";
    return rows(pool, sql, Tuple.of(tenant, after, limit), ImportedPfx::of).await().indefinitely();
  }

  long count(String tenant, ImportQuery query) {
    StringBuilder sql =
        new StringBuilder(
            "select count(*) as n from imported where tenant = $1 and state <> 'deleted'");
    Tuple parameters = Tuple.of(tenant);
    and(sql, parameters, "user_principal_name", query.userPrincipalName());
    and(sql, parameters, "thumbprint", query.thumbprint());
    and(sql, parameters, "purpose", query.purpose());
    and(sql, parameters, "state", query.state());
    return rows(pool, sql.toString(), parameters, row -> row.getLong("n"))
        .await()
        .indefinitely()
        .get(0);
  }

  /** The column names are ours; only the value comes from outside. */
  private static void and(
      StringBuilder sql, Tuple parameters, String column, @Nullable String value) {
    if (value != null) {
      parameters.addValue(value);
      sql.append(" and ").append(column).append(" = $").append(parameters.size());
    }
  }

  static Uni<Optional<ImportedPfx>> one(SqlClient client, String sql, Tuple parameters) {
    return rows(client, sql, parameters, ImportedPfx::of).map(found -> found.stream().findFirst());
  }

  static <T> Uni<List<T>> rows(
      SqlClient client, String sql, Tuple parameters, Function<Row, T> mapper) {
    return client
        .preparedQuery(sql)
        .execute(parameters)
        .map((RowSet<Row> rows) -> rows.stream().map(mapper).toList());
  }
}
