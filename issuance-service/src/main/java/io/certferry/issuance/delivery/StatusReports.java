package io.certferry.issuance.delivery;

import io.certferry.contracts.event.RequestState;
import io.certferry.issuance.request.Advance;
import io.certferry.issuance.request.RequestRow;
import io.certferry.issuance.request.RequestStore;
import io.certferry.issuance.request.Stage;
import io.certferry.issuance.request.Stages;
import io.certferry.issuance.rows.Cells;
import io.certferry.issuance.rows.Columns;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.Cause;
import io.certferry.messaging.Outbox;
import io.certferry.messaging.crash.CrashPoint;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What became of packages on their devices, whether by REST or by event: the same effect, in any
 * order and any number of times.
 */
@Singleton
class StatusReports {

  private static final Logger LOG = Logger.getLogger(StatusReports.class);

  private static final String REQUEST_IDS =
      "select request_id from package where package_id = any($1)";

  private static final String PACKAGES = "select * from package where package_id = any($1)";

  private static final String UPDATE =
      """
      update package p set
        state = u.state, detail = u.detail,
        installed_at = u.installed_at, failed_at = u.failed_at, removed_at = u.removed_at
      from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[])
        as u (package_id, state, detail, installed_at, failed_at, removed_at)
      where p.package_id = u.package_id
      """;

  private final Pool pool;
  private final RequestStore requests;
  private final AuditTrail audit;
  private final Outbox outbox;
  private final Stages stages;
  private final InstantSource clock;

  StatusReports(
      Pool pool,
      RequestStore requests,
      AuditTrail audit,
      Outbox outbox,
      Stages stages,
      InstantSource clock) {
    this.pool = pool;
    this.requests = requests;
    this.audit = audit;
    this.outbox = outbox;
    this.stages = stages;
    this.clock = clock;
  }

  /**
   * One report.
   *
   * @param deviceId who reports; null where only the package is named
   * @param outcome installed, failed or removed
   * @param actor who says so
   */
  record Report(
      String tenant,
      UUID packageId,
      @Nullable String deviceId,
      String outcome,
      @Nullable String detail,
      @Nullable Instant occurredAt,
      String actor,
      Cause cause) {}

  /** A single report in a transaction of its own; false if the tenant has no such package. */
  Uni<Boolean> acknowledge(Report report) {
    return pool.withTransaction(
            tx -> apply(tx, List.of(report)).invoke(CrashPoint.ISSUANCE_ACK_BEFORE_COMMIT::hit))
        .map(known -> known == 1)
        .invoke(CrashPoint.ISSUANCE_ACK_AFTER_COMMIT::hit)
        .invoke(this::announce);
  }

  /** After a commit. */
  void announce() {
    outbox.nudge();
    stages.nudge(Stage.DESTROY);
  }

  /** Applies reports in the caller's transaction; how many were about a package that is known. */
  Uni<Integer> apply(SqlConnection tx, List<Report> reports) {
    UUID[] ids = reports.stream().map(Report::packageId).distinct().toArray(UUID[]::new);
    return tx.preparedQuery(REQUEST_IDS)
        .execute(Tuple.of((Object) ids))
        .map(
            rows -> rows.stream().map(row -> row.getUUID("request_id")).collect(Collectors.toSet()))
        .flatMap(requestIds -> requests.lock(tx, requestIds))
        .flatMap(
            rows ->
                tx.preparedQuery(PACKAGES)
                    .execute(Tuple.of((Object) ids))
                    .map(packages -> new Fold(rows, packages, now()).over(reports)))
        .flatMap(fold -> write(tx, fold).replaceWith(fold.known));
  }

  private Uni<Void> write(SqlConnection tx, Fold fold) {
    return update(tx, fold.changed.values())
        .chain(() -> requests.advance(tx, fold.advances()))
        .chain(() -> audit.append(tx, fold.entries));
  }

  private static Uni<Void> update(SqlConnection tx, Collection<Delivered> changed) {
    return changed.isEmpty()
        ? Uni.createFrom().voidItem()
        : tx.preparedQuery(UPDATE)
            .execute(
                Columns.of(List.copyOf(changed))
                    .uuid(Delivered::packageId)
                    .text(Delivered::state)
                    .text(Delivered::detail)
                    .timestamp(Delivered::installedAt)
                    .timestamp(Delivered::failedAt)
                    .timestamp(Delivered::removedAt)
                    .tuple())
            .replaceWithVoid();
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  /** Reports applied to packages in memory, one after another. */
  private static final class Fold {

    private final Map<UUID, RequestRow> rows;
    private final Map<UUID, Row> packages = new LinkedHashMap<>();
    private final Map<UUID, Delivered> current = new LinkedHashMap<>();
    private final Map<UUID, Delivered> changed = new LinkedHashMap<>();
    private final Map<UUID, Advance> moves = new LinkedHashMap<>();
    private final List<AuditEntry> entries = new ArrayList<>();
    private final Instant now;
    private int known;

    Fold(Map<UUID, RequestRow> rows, Iterable<Row> packages, Instant now) {
      this.rows = rows;
      this.now = now;
      for (Row row : packages) {
        UUID id = row.getUUID("package_id");
        this.packages.put(id, row);
        this.current.put(id, delivered(row));
      }
    }

    Fold over(List<Report> reports) {
      reports.forEach(this::apply);
      return this;
    }

    List<Advance> advances() {
      return List.copyOf(moves.values());
    }

    private void apply(Report report) {
      Row row = packages.get(report.packageId());
      Delivered before = current.get(report.packageId());
      if (row == null || before == null || !isOfTheReporter(row, report)) {
        LOG.warnf(
            "event=status-of-unknown-package tenant=%s packageId=%s",
            report.tenant(), report.packageId());
        return;
      }
      known++;
      Instant at = report.occurredAt() == null ? now : micros(report.occurredAt());
      Delivered after = before.with(report.outcome(), report.detail(), at);
      if (!after.equals(before)) {
        current.put(report.packageId(), after);
        changed.put(report.packageId(), after);
        entries.add(entry(report, at));
        move(row.getUUID("request_id"), before, after);
      }
    }

    private static boolean isOfTheReporter(Row row, Report report) {
      return row.getString("tenant").equals(report.tenant())
          && (report.deviceId() == null || row.getString("device_id").equals(report.deviceId()));
    }

    private void move(UUID requestId, Delivered before, Delivered after) {
      RequestRow request = rows.get(requestId);
      if (request == null || request.state() != RequestState.OFFERED) {
        return;
      }
      if (after.state().equals("INSTALLED")) {
        moves.put(requestId, Advance.to(request, RequestState.INSTALLED));
      } else if (after.state().equals("FAILED") && !after.equals(before)) {
        moves.put(
            requestId,
            Advance.to(request, RequestState.OFFERED).because("install-failed", after.detail()));
      }
    }

    private static Delivered delivered(Row row) {
      return new Delivered(
          row.getUUID("package_id"),
          row.getString("state"),
          row.getString("detail"),
          Cells.optionalInstant(row, "installed_at"),
          Cells.optionalInstant(row, "failed_at"),
          Cells.optionalInstant(row, "removed_at"));
    }

    private static Instant micros(Instant instant) {
      return instant.truncatedTo(ChronoUnit.MICROS);
    }

    private static AuditEntry entry(Report report, Instant at) {
      return new AuditEntry(
          report.tenant(),
          "package." + report.outcome(),
          report.actor(),
          "package/" + report.packageId(),
          Map.of(
              "occurredAt",
              at.toString(),
              "detail",
              report.detail() == null ? "" : report.detail()));
    }
  }
}
