package io.certferry.issuance.delivery;

import io.certferry.edge.ProblemException;
import io.certferry.issuance.request.ProgressMetrics;
import io.certferry.issuance.rows.Cells;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.packaging.Form;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Hands a package's bytes out; each time is in the audit trail before the first byte leaves. */
@Singleton
class PackageFetch {

  /**
   * The lock makes a withdrawal wait for a fetch that has begun: nothing is handed out after it.
   */
  private static final String SELECT =
      """
      select p.state, p.request_id, p.device_id, f.form, f.content, f.sha256,
        extract(epoch from now() - p.created_at)::float8 as since_offered,
        extract(epoch from now() - r.accepted_at)::float8 as since_accepted,
        not exists (
          select 1 from audit a
          where a.tenant = p.tenant and a.subject = 'package/' || p.package_id and a.action = 'package.fetched') as first,
        exists (
          select 1 from package n
          where n.tenant = p.tenant and n.device_id = p.device_id and n.subject = p.subject
            and n.profile_id = p.profile_id and n.item = p.item and n.generation > p.generation
            and n.state in ('OFFERED', 'FAILED', 'INSTALLED')) as superseded
      from package p join request r using (request_id) left join package_form f on f.package_id = p.package_id and f.form = $2
      where p.package_id = $1 and p.tenant = $3
      for share of p
      """;

  private final Pool pool;
  private final AuditTrail audit;
  private final ProgressMetrics progress;

  PackageFetch(Pool pool, AuditTrail audit, ProgressMetrics progress) {
    this.pool = pool;
    this.audit = audit;
    this.progress = progress;
  }

  /**
   * A form of a package.
   *
   * @param content null if the caller has these bytes already
   */
  record Fetched(Form form, byte @Nullable [] content, String sha256) {}

  /**
   * Fails with {@link ProblemException} 404, 406 or 410.
   *
   * @param ifNoneMatch the caller's ETags
   */
  Uni<Fetched> fetch(
      String tenant, String actor, UUID packageId, String form, @Nullable String ifNoneMatch) {
    return pool.withTransaction(
        tx ->
            tx.preparedQuery(SELECT)
                .execute(Tuple.of(packageId, form, tenant))
                .map(rows -> one(rows))
                .flatMap(row -> deliver(tx, row, tenant, actor, packageId, ifNoneMatch)));
  }

  private static Row one(RowSet<Row> rows) {
    if (rows.rowCount() == 0) {
      throw ProblemException.notFound();
    }
    return rows.iterator().next();
  }

  private Uni<Fetched> deliver(
      SqlConnection tx,
      Row row,
      String tenant,
      String actor,
      UUID packageId,
      @Nullable String ifNoneMatch) {
    Form form = checked(row);
    String sha256 = row.getString("sha256");
    if (ifNoneMatch != null && ifNoneMatch.contains(sha256)) {
      return Uni.createFrom().item(new Fetched(form, null, sha256));
    }
    AuditEntry entry =
        new AuditEntry(
            tenant,
            "package.fetched",
            actor,
            "package/" + packageId,
            Map.of(
                "requestId", row.getUUID("request_id").toString(),
                "deviceId", row.getString("device_id"),
                "form", form.id(),
                "sha256", sha256));
    return audit
        .append(tx, List.of(entry))
        .invoke(() -> count(row))
        .replaceWith(new Fetched(form, Cells.bytes(row, "content"), sha256));
  }

  private void count(Row row) {
    if (row.getBoolean("first")) {
      progress.delivered(seconds(row, "since_offered"), seconds(row, "since_accepted"));
    }
  }

  private static Duration seconds(Row row, String column) {
    return Duration.ofMillis((long) (row.getDouble(column) * 1000));
  }

  /** A package that is gone is gone in every form. */
  private static Form checked(Row row) {
    String state = row.getString("state");
    if (state.equals("WITHDRAWN") || state.equals("DESTROYED")) {
      throw ProblemException.gone("the package was " + state.toLowerCase(java.util.Locale.ROOT));
    }
    if (row.getBoolean("superseded")) {
      throw ProblemException.gone("a newer generation is offered");
    }
    String form = row.getString("form");
    if (form == null) {
      throw new ProblemException(406, "not-acceptable", "the package has no such form");
    }
    if (Cells.optionalBytes(row, "content") == null) {
      throw ProblemException.gone("the package was destroyed");
    }
    return Form.byId(form).orElseThrow();
  }
}
