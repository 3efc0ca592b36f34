package io.certferry.profile.directory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.certferry.contracts.Bytes;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.event.ConnectorReported;
import io.certferry.contracts.event.ConnectorReported.Template;
import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.Certificates;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The CAs that a tenant's connectors reported. A report replaces the connector's former one unless
 * it is older.
 */
@ApplicationScoped
public class CaDirectory {

  private static final String TAKE_CONNECTOR =
      """
      insert into connector as c (tenant, connector_id, state, version, roles, reported_at)
      values ($1, $2, $3, $4, $5, $6)
      on conflict (tenant, connector_id) do update
      set state = excluded.state, version = excluded.version, roles = excluded.roles, reported_at = excluded.reported_at
      where c.reported_at < excluded.reported_at
      """;

  private static final String FORGET_CAS =
      "delete from ca_directory where tenant = $1 and connector_id = $2 and ca_id <> all ($3)";

  private static final String TAKE_CA =
      """
      insert into ca_directory (tenant, ca_id, connector_id, driver, reachable, can_revoke, can_search, chain,
                                templates, last_error, reported_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
      on conflict (tenant, ca_id, connector_id) do update
      set driver = excluded.driver, reachable = excluded.reachable, can_revoke = excluded.can_revoke,
          can_search = excluded.can_search, chain = excluded.chain, templates = excluded.templates,
          last_error = excluded.last_error, reported_at = excluded.reported_at
      """;

  private static final String READ =
      """
      select ca_id, chain[1] as certificate, chain[array_upper(chain, 1)] as root, templates
      from ca_directory where tenant = $1
      order by ca_id, reachable, reported_at
      """;

  private static final TypeReference<List<Template>> TEMPLATES = new TypeReference<>() {};

  private final Pool pool;

  public CaDirectory(Pool pool) {
    this.pool = pool;
  }

  /**
   * The tenant's CAs by id; where connectors differ on a template, the newest report of a connector
   * that reaches the CA counts.
   */
  public Uni<Map<String, KnownCa>> of(String tenant) {
    return pool.preparedQuery(READ).execute(Tuple.of(tenant)).map(CaDirectory::cas);
  }

  /** Takes a report, unless a newer one is known. */
  Uni<Void> take(SqlConnection tx, String tenant, ConnectorReported report) {
    return tx.preparedQuery(TAKE_CONNECTOR)
        .execute(
            Tuple.tuple()
                .addString(tenant)
                .addString(report.connectorId())
                .addString(report.state())
                .addString(report.version())
                .addArrayOfString(report.roles().toArray(String[]::new))
                .addOffsetDateTime(report.at().atOffset(ZoneOffset.UTC)))
        .chain(
            taken ->
                taken.rowCount() == 0
                    ? Uni.createFrom().voidItem()
                    : replaceCas(tx, tenant, report));
  }

  private static Uni<Void> replaceCas(SqlConnection tx, String tenant, ConnectorReported report) {
    List<ConnectorReported.Ca> cas = report.state().equals("retired") ? List.of() : report.cas();
    String[] ids = cas.stream().map(ConnectorReported.Ca::caId).toArray(String[]::new);
    Uni<?> replaced =
        tx.preparedQuery(FORGET_CAS).execute(Tuple.of(tenant, report.connectorId(), ids));
    return cas.isEmpty()
        ? replaced.replaceWithVoid()
        : replaced
            .chain(
                () ->
                    tx.preparedQuery(TAKE_CA)
                        .executeBatch(cas.stream().map(ca -> columns(tenant, report, ca)).toList()))
            .replaceWithVoid();
  }

  private static Tuple columns(String tenant, ConnectorReported report, ConnectorReported.Ca ca) {
    return Tuple.tuple()
        .addString(tenant)
        .addString(ca.caId())
        .addString(report.connectorId())
        .addString(ca.driver())
        .addBoolean(ca.reachable())
        .addBoolean(ca.canRevoke())
        .addBoolean(ca.canSearch())
        .addValue(ca.chain().stream().map(c -> Buffer.buffer(c.toArray())).toArray(Buffer[]::new))
        .addString(json(ca.templates()))
        .addString(ca.lastError())
        .addOffsetDateTime(report.at().atOffset(ZoneOffset.UTC));
  }

  private static Map<String, KnownCa> cas(RowSet<Row> rows) {
    Map<String, KnownCa> cas = new TreeMap<>();
    for (Row row : rows) {
      KnownCa ca =
          new KnownCa(
              row.getString("ca_id"),
              notAfter(row.getBuffer("certificate")),
              templates(row.getString("templates")),
              bytes(row.getBuffer("certificate")),
              bytes(row.getBuffer("root")));
      cas.merge(ca.caId(), ca, CaDirectory::united);
    }
    return cas;
  }

  private static KnownCa united(KnownCa older, KnownCa newer) {
    Map<String, Template> templates = new LinkedHashMap<>();
    List<Template> all = new ArrayList<>(older.templates());
    all.addAll(newer.templates());
    all.forEach(t -> templates.put(t.name(), t));
    return new KnownCa(
        newer.caId(),
        newer.notAfter() == null ? older.notAfter() : newer.notAfter(),
        List.copyOf(templates.values()),
        newer.issuing() == null ? older.issuing() : newer.issuing(),
        newer.root() == null ? older.root() : newer.root());
  }

  private static @Nullable Bytes bytes(io.vertx.mutiny.core.buffer.@Nullable Buffer certificate) {
    return certificate == null ? null : Bytes.of(certificate.getBytes());
  }

  private static @Nullable Instant notAfter(
      io.vertx.mutiny.core.buffer.@Nullable Buffer certificate) {
    try {
      return certificate == null ? null : Certificates.parse(certificate.getBytes()).notAfter();
    } catch (PkiException e) {
      return null;
    }
  }

  private static String json(List<Template> templates) {
    try {
      return ContractJson.mapper().writeValueAsString(templates);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Template> templates(String json) {
    try {
      return ContractJson.mapper().readValue(json, TEMPLATES);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
