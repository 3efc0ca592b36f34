package io.certferry.profile.status;

import io.certferry.contracts.Keys;
import io.certferry.contracts.event.DeviceStatusReported;
import io.certferry.edge.FieldErrors;
import io.certferry.profile.input.Characters;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What devices said became of packages: one row per package, the newest report, but installed beats
 * failed.
 */
@ApplicationScoped
class StatusReports {

  private static final Set<String> OUTCOMES = Set.of("installed", "failed", "removed");
  private static final int MAX_DETAIL = 1000;

  private static final String TAKE =
      """
      insert into package_report as r (tenant, package_id, device_id, outcome, detail, occurred_at)
      select * from unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
      on conflict (tenant, package_id) do update
      set outcome = excluded.outcome, detail = excluded.detail, occurred_at = excluded.occurred_at
      where r.device_id = excluded.device_id
        and case when r.outcome = 'failed' and excluded.outcome = 'installed' then true
                 when r.outcome = 'installed' and excluded.outcome = 'failed' then false
                 else r.occurred_at < excluded.occurred_at end
      """;

  /**
   * A report with its tenant and time.
   *
   * @param report as the device's MDM said it
   */
  record Line(String tenant, DeviceStatusReported report, Instant occurredAt) {

    /** Installed beats failed, else the newer one counts. */
    Line or(Line later) {
      if (!report.outcome().equals(later.report.outcome())) {
        Set<String> both = Set.of(report.outcome(), later.report.outcome());
        if (both.equals(Set.of("installed", "failed"))) {
          return report.outcome().equals("installed") ? this : later;
        }
      }
      return later.occurredAt.isAfter(occurredAt) ? later : this;
    }
  }

  /** All that is wrong with a report. */
  static void check(DeviceStatusReported report, FieldErrors errors) {
    errors.require(
        Keys.DEVICE_ID.matcher(report.deviceId()).matches(),
        "/deviceId",
        "format",
        "must match " + Keys.DEVICE_ID.pattern());
    errors.require(
        OUTCOMES.contains(report.outcome()),
        "/outcome",
        "unknown-outcome",
        "must be one of installed, failed, removed");
    String detail = report.detail();
    if (detail != null) {
      errors.require(
          detail.length() <= MAX_DETAIL && Characters.areStorable(detail),
          "/detail",
          "too-long",
          "may have at most " + MAX_DETAIL + " characters, none of them control characters");
    }
  }

  /** Takes reports; a repeated one changes nothing. */
  Uni<Void> take(SqlConnection tx, Collection<Line> reports) {
    Map<String, Line> byPackage = new LinkedHashMap<>();
    reports.forEach(l -> byPackage.merge(l.tenant + "/" + l.report.packageId(), l, Line::or));
    List<Line> lines = List.copyOf(byPackage.values());
    return lines.isEmpty()
        ? Uni.createFrom().voidItem()
        : tx.preparedQuery(TAKE)
            .execute(
                Tuple.tuple()
                    .addArrayOfString(strings(lines, Line::tenant))
                    .addArrayOfUUID(
                        lines.stream().map(l -> l.report.packageId()).toArray(UUID[]::new))
                    .addArrayOfString(strings(lines, l -> l.report.deviceId()))
                    .addArrayOfString(strings(lines, l -> l.report.outcome()))
                    .addArrayOfString(strings(lines, l -> l.report.detail()))
                    .addArrayOfOffsetDateTime(
                        lines.stream()
                            .map(l -> l.occurredAt.atOffset(ZoneOffset.UTC))
                            .toArray(OffsetDateTime[]::new)))
            .replaceWithVoid();
  }

  private static String[] strings(
      List<Line> lines, Function<Line, ? extends @Nullable String> column) {
    return lines.stream().map(column).toArray(String[]::new);
  }
}
