package io.certferry.profile.checkin;

import io.certferry.contracts.ContractJson;
import io.certferry.contracts.UserIds;
import io.certferry.contracts.event.DeviceCheckedIn;
import io.certferry.contracts.event.DirectoryUser;
import io.certferry.profile.device.DeviceCertificate;
import io.certferry.profile.device.DeviceKey;
import io.certferry.profile.evaluation.CheckIn;
import io.certferry.profile.evaluation.DeviceCase;
import io.certferry.profile.evaluation.UnsuitableRow;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What devices said last, and what they get nothing of. */
@ApplicationScoped
class CheckInStore {

  private static final String REPORTS =
      """
      insert into device_report (tenant, device_id, user_id, platform, os_version, device_key_sha256,
                                 certificate_not_after, body, reported_at, user_principal_name)
      select tenant, device_id, user_id, platform, os_version, device_key_sha256, certificate_not_after, body,
             reported_at, user_principal_name
      from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::text[],
                  $9::timestamptz[], $10::text[])
        as r (tenant, device_id, user_id, platform, os_version, device_key_sha256, certificate_not_after, body,
              reported_at, user_principal_name)
      on conflict (tenant, device_id) do update
      set user_id = excluded.user_id, platform = excluded.platform, os_version = excluded.os_version,
          device_key_sha256 = excluded.device_key_sha256, certificate_not_after = excluded.certificate_not_after,
          body = excluded.body, reported_at = excluded.reported_at,
          user_principal_name = excluded.user_principal_name
      """;

  private static final String FORGET_UNSUITABLE =
      """
      delete from unsuitable u
      using unnest($1::text[], $2::text[], $3::text[]) as k (tenant, device_id, subject)
      where u.tenant = k.tenant and u.device_id = k.device_id and u.subject = k.subject
      """;

  private static final String UNSUITABLE =
      """
      insert into unsuitable (tenant, device_id, subject, profile_id, profile_version, state, rule, message, at)
      select tenant, device_id, subject, profile_id, profile_version, state, rule, message, $9
      from unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::int[], $6::text[], $7::text[], $8::text[])
        as u (tenant, device_id, subject, profile_id, profile_version, state, rule, message)
      on conflict do nothing
      """;

  Uni<Void> reports(SqlConnection tx, List<DeviceCase> cases) {
    List<Line> lines = cases.stream().map(Line::of).filter(Objects::nonNull).toList();
    return tx.preparedQuery(REPORTS)
        .execute(
            Tuple.tuple()
                .addArrayOfString(strings(lines, l -> l.device.tenant()))
                .addArrayOfString(strings(lines, l -> l.device.deviceId()))
                .addArrayOfString(strings(lines, Line::userId))
                .addArrayOfString(strings(lines, l -> l.report.platform()))
                .addArrayOfString(strings(lines, l -> l.report.osVersion()))
                .addArrayOfString(strings(lines, l -> l.certificate.keySha256()))
                .addArrayOfOffsetDateTime(times(lines, l -> l.certificate.notAfter()))
                .addArrayOfString(strings(lines, Line::json))
                .addArrayOfOffsetDateTime(times(lines, l -> l.at))
                .addArrayOfString(strings(lines, Line::userPrincipalName)))
        .replaceWithVoid();
  }

  /** Replaces what was known of the suitability of the devices and users that were judged. */
  Uni<Void> unsuitable(SqlConnection tx, List<DeviceCase> cases, Instant now) {
    List<UnsuitableRow> rows = cases.stream().flatMap(c -> c.unsuitable().stream()).toList();
    return forget(tx, cases).chain(() -> insert(tx, rows, now));
  }

  private static Uni<Void> forget(SqlConnection tx, List<DeviceCase> cases) {
    List<String[]> keys = new ArrayList<>();
    for (DeviceCase device : cases) {
      DeviceKey key = device.row().key();
      device.subjects().forEach(s -> keys.add(new String[] {key.tenant(), key.deviceId(), s}));
    }
    return tx.preparedQuery(FORGET_UNSUITABLE)
        .execute(
            Tuple.of(strings(keys, k -> k[0]), strings(keys, k -> k[1]), strings(keys, k -> k[2])))
        .replaceWithVoid();
  }

  private static Uni<Void> insert(SqlConnection tx, List<UnsuitableRow> rows, Instant now) {
    if (rows.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.preparedQuery(UNSUITABLE)
        .execute(
            Tuple.tuple()
                .addArrayOfString(strings(rows, r -> r.device().tenant()))
                .addArrayOfString(strings(rows, r -> r.device().deviceId()))
                .addArrayOfString(strings(rows, r -> r.why().subject()))
                .addArrayOfUUID(rows.stream().map(UnsuitableRow::profileId).toArray(UUID[]::new))
                .addArrayOfInteger(
                    rows.stream().map(UnsuitableRow::profileVersion).toArray(Integer[]::new))
                .addArrayOfString(strings(rows, r -> r.why().state()))
                .addArrayOfString(strings(rows, r -> r.why().rule()))
                .addArrayOfString(strings(rows, r -> r.why().message()))
                .addOffsetDateTime(now.atOffset(ZoneOffset.UTC)))
        .replaceWithVoid();
  }

  private static <T> String[] strings(
      Collection<T> items, Function<T, ? extends @Nullable String> column) {
    return items.stream().map(column).toArray(String[]::new);
  }

  private static <T> OffsetDateTime[] times(Collection<T> items, Function<T, Instant> column) {
    return items.stream()
        .map(column)
        .map(instant -> instant.atOffset(ZoneOffset.UTC))
        .toArray(OffsetDateTime[]::new);
  }

  private record Line(
      DeviceKey device, DeviceCheckedIn report, DeviceCertificate certificate, Instant at) {

    static @Nullable Line of(DeviceCase device) {
      CheckIn last = device.last();
      DeviceCertificate certificate = device.certificate();
      return last == null || certificate == null
          ? null
          : new Line(last.device(), last.report(), certificate, last.occurredAt());
    }

    @Nullable String userId() {
      return report.user() == null ? null : report.user().id();
    }

    /** Lower case, as imports name users. */
    @Nullable String userPrincipalName() {
      DirectoryUser user = report.user();
      return user == null || user.userPrincipalName() == null
          ? null
          : UserIds.lower(user.userPrincipalName());
    }

    String json() {
      return new String(ContractJson.write(report), StandardCharsets.UTF_8);
    }
  }
}
