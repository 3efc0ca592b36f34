package io.certferry.profile.enrolment;

import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.event.PackageReady;
import io.certferry.contracts.event.RequestProgressed;
import io.certferry.contracts.event.RequestState;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes what issuance-service says of requests. An older version never overwrites a newer one. */
@ApplicationScoped
class ProgressStore {

  /** Nothing more is awaited of a request in one of these. */
  private static final Set<RequestState> FINISHED =
      EnumSet.of(
          RequestState.INSTALLED,
          RequestState.KEY_DESTROYED,
          RequestState.DENIED,
          RequestState.FAILED,
          RequestState.CANCELLED,
          RequestState.SUPERSEDED,
          RequestState.QUARANTINED,
          RequestState.REVOKING,
          RequestState.REVOKED);

  private static final String KNOWN =
      """
      select request_id, tenant, state_version, renewal_percent, resend_at is not null as awaited
      from enrolment where request_id = any($1)
      """;

  private static final String PROGRESS =
      """
      update enrolment e
      set state = g.state, state_version = g.version, state_at = g.at, reason = g.reason, detail = g.detail,
          ca_id = coalesce(g.ca_id, e.ca_id), issuer = coalesce(g.issuer, e.issuer),
          serial = coalesce(g.serial, e.serial),
          certificate_subject = coalesce(g.certificate_subject, e.certificate_subject),
          not_before = coalesce(g.not_before, e.not_before), not_after = coalesce(g.not_after, e.not_after),
          certificate_sha256 = coalesce(g.certificate_sha256, e.certificate_sha256),
          subject_key_sha256 = coalesce(g.subject_key_sha256, e.subject_key_sha256),
          resend_at = case when e.ended_at is not null or g.finished then null
                           when g.state = 'OFFERED' then now() + make_interval(secs => $17)
                           when g.version > e.state_version then now() + make_interval(secs => $16)
                           else e.resend_at end,
          resends = case when g.version > e.state_version then 0 else e.resends end,
          renew_at = coalesce(g.renew_at, e.renew_at),
          renewal_due_at = case when g.state in ('REVOKING', 'REVOKED', 'CANCELLED')
                                then case when e.revocation_trigger = any($19) and e.kind <> 'imported-pfx'
                                          then now() end
                                else coalesce(g.renew_at, e.renewal_due_at) end
      from unnest($1::uuid[], $2::text[], $3::int[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[],
                  $9::text[], $10::text[], $11::timestamptz[], $12::timestamptz[], $13::text[], $14::text[],
                  $15::boolean[], $18::timestamptz[])
        as g (request_id, state, version, at, reason, detail, ca_id, issuer, serial, certificate_subject, not_before,
              not_after, certificate_sha256, subject_key_sha256, finished, renew_at)
      where e.request_id = g.request_id and g.version >= e.state_version
      """;

  private static final String READY =
      """
      update enrolment e
      set package_id = g.package_id, package_sha256 = g.sha256, package_created_at = g.created_at,
          package_withdrawn = false
      from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[]) as g (request_id, package_id, sha256, created_at)
      where e.request_id = g.request_id and (e.package_created_at is null or e.package_created_at < g.created_at)
      """;

  private static final String WITHDRAWN =
      """
      update enrolment set package_withdrawn = true
      where request_id = any($1) and package_id = any($2) and not package_withdrawn
      """;

  private final EnrolmentConfig config;

  ProgressStore(EnrolmentConfig config) {
    this.config = config;
  }

  /**
   * An enrolment that progress is reported of.
   *
   * @param stateVersion newest version that is known
   * @param renewalPercent of the lifetime left when renewal begins; null if it is never renewed
   * @param isAwaited the command will be sent again
   */
  record Known(
      UUID requestId,
      String tenant,
      int stateVersion,
      @Nullable Integer renewalPercent,
      boolean isAwaited) {

    /** Whether a report changes anything: a repeated one only ends the waiting. */
    boolean isChangedBy(RequestProgressed progress) {
      return progress.version() > stateVersion
          || (progress.version() == stateVersion && isAwaited && endsWaiting(progress.state()));
    }
  }

  private static boolean endsWaiting(RequestState state) {
    return FINISHED.contains(state) || state == RequestState.OFFERED;
  }

  Uni<Map<UUID, Known>> known(SqlConnection tx, Collection<UUID> requestIds) {
    return tx.preparedQuery(KNOWN)
        .execute(Tuple.tuple().addArrayOfUUID(requestIds.toArray(UUID[]::new)))
        .map(
            rows -> {
              Map<UUID, Known> known = new HashMap<>();
              rows.forEach(row -> known.put(row.getUUID("request_id"), known(row)));
              return known;
            });
  }

  private static Known known(Row row) {
    return new Known(
        row.getUUID("request_id"),
        row.getString("tenant"),
        row.getInteger("state_version"),
        row.getInteger("renewal_percent"),
        row.getBoolean("awaited"));
  }

  /**
   * One report per request.
   *
   * @param renewals the instants of those whose certificate is known
   */
  Uni<Void> progress(
      SqlConnection tx, List<RequestProgressed> reports, Map<UUID, Instant> renewals) {
    if (reports.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.preparedQuery(PROGRESS)
        .execute(
            Tuple.tuple()
                .addArrayOfUUID(
                    reports.stream().map(RequestProgressed::requestId).toArray(UUID[]::new))
                .addArrayOfString(strings(reports, r -> r.state().name()))
                .addArrayOfInteger(
                    reports.stream().map(RequestProgressed::version).toArray(Integer[]::new))
                .addArrayOfOffsetDateTime(times(reports, RequestProgressed::at))
                .addArrayOfString(strings(reports, RequestProgressed::reason))
                .addArrayOfString(strings(reports, RequestProgressed::detail))
                .addArrayOfString(facts(reports, CertificateFacts::caId))
                .addArrayOfString(facts(reports, CertificateFacts::issuer))
                .addArrayOfString(facts(reports, CertificateFacts::serial))
                .addArrayOfString(facts(reports, CertificateFacts::subject))
                .addArrayOfOffsetDateTime(times(reports, r -> fact(r, CertificateFacts::notBefore)))
                .addArrayOfOffsetDateTime(times(reports, r -> fact(r, CertificateFacts::notAfter)))
                .addArrayOfString(facts(reports, CertificateFacts::sha256))
                .addArrayOfString(facts(reports, CertificateFacts::subjectPublicKeySha256))
                .addArrayOfBoolean(
                    reports.stream().map(r -> FINISHED.contains(r.state())).toArray(Boolean[]::new))
                .addDouble(config.resendAfter().toMillis() / 1000.0)
                .addDouble(config.offeredResendAfter().toMillis() / 1000.0)
                .addArrayOfOffsetDateTime(times(reports, r -> renewals.get(r.requestId())))
                .addArrayOfString(Revoked.REPLACED_AFTER.toArray(String[]::new)))
        .replaceWithVoid();
  }

  /** One package per request: the newest. */
  Uni<Void> ready(SqlConnection tx, List<PackageReady> packages) {
    return packages.isEmpty()
        ? Uni.createFrom().voidItem()
        : tx.preparedQuery(READY)
            .execute(
                Tuple.tuple()
                    .addArrayOfUUID(
                        packages.stream().map(PackageReady::requestId).toArray(UUID[]::new))
                    .addArrayOfUUID(
                        packages.stream().map(PackageReady::packageId).toArray(UUID[]::new))
                    .addArrayOfString(strings(packages, PackageReady::sha256))
                    .addArrayOfOffsetDateTime(times(packages, PackageReady::createdAt)))
            .replaceWithVoid();
  }

  Uni<Void> withdrawn(SqlConnection tx, Collection<UUID> requestIds, Collection<UUID> packageIds) {
    return packageIds.isEmpty()
        ? Uni.createFrom().voidItem()
        : tx.preparedQuery(WITHDRAWN)
            .execute(
                Tuple.tuple()
                    .addArrayOfUUID(requestIds.toArray(UUID[]::new))
                    .addArrayOfUUID(packageIds.toArray(UUID[]::new)))
            .replaceWithVoid();
  }

  private static String[] facts(
      List<RequestProgressed> reports, Function<CertificateFacts, String> member) {
    return strings(reports, r -> fact(r, member));
  }

  private static <T> @Nullable T fact(
      RequestProgressed report, Function<CertificateFacts, T> member) {
    return report.certificate() == null ? null : member.apply(report.certificate());
  }

  private static <T> String[] strings(
      Collection<T> items, Function<T, ? extends @Nullable String> column) {
    return items.stream().map(column).toArray(String[]::new);
  }

  private static <T> OffsetDateTime[] times(
      Collection<T> items, Function<T, ? extends @Nullable Instant> column) {
    return items.stream()
        .map(column)
        .map(i -> i == null ? null : i.atOffset(ZoneOffset.UTC))
        .toArray(OffsetDateTime[]::new);
  }
}
