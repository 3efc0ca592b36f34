package io.certferry.profile.enrolment;

import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.event.RequestState;
import io.certferry.contracts.grant.Grant;
import io.certferry.profile.device.DeviceKey;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes enrolments, many at a time. The unique natural key is what makes a repeated
 * check-in harmless.
 */
@ApplicationScoped
public class EnrolmentStore {

  private static final String NEWEST =
      """
      select e.request_id, e.tenant, e.device_id, e.subject, e.profile_id, e.item, e.generation, e.profile_version,
             e.content_sha256, e.state, e.device_key_sha256, e.grant_jws, e.ended_at, e.renewal_percent, e.not_before,
             e.not_after, e.revocation_trigger
      from unnest($1::text[], $2::text[]) as k (tenant, device_id)
      join enrolment e on e.tenant = k.tenant and e.device_id = k.device_id
      where e.newest
      """;

  private static final String INSERT =
      """
      with given as (
        select *
        from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::int[], $8::text[],
                    $9::int[], $10::text[], $11::boolean[], $12::text[], $13::timestamptz[], $14::text[],
                    $15::bytea[], $16::text[], $17::int[], $18::timestamptz[])
          with ordinality
          as g (request_id, tenant, device_id, subject, profile_id, item, generation, kind,
                profile_version, content_sha256, renewal, grant_jws, grant_expires_at, device_key_sha256,
                device_certificate, correlation_id, renewal_percent, reported_at, n)
      ), added as (
        insert into enrolment (request_id, tenant, device_id, subject, profile_id, item, generation, kind,
                               profile_version, content_sha256, renewal, grant_jws, grant_expires_at,
                               device_key_sha256, device_certificate, correlation_id, renewal_percent,
                               reported_at, state, state_at, resend_at, created_at)
        select request_id, tenant, device_id, subject, profile_id, item, generation, kind,
               profile_version, content_sha256, renewal, grant_jws, grant_expires_at,
               device_key_sha256, device_certificate, correlation_id, renewal_percent,
               reported_at, 'ACCEPTED', $19, now() + make_interval(secs => $20), $19
        from given order by n
        on conflict on constraint enrolment_natural_key do nothing
        returning request_id, tenant, device_id, subject, profile_id, item, generation
      ), older as (
        update enrolment e set newest = false
        from added a
        where a.generation > 1 and e.tenant = a.tenant and e.device_id = a.device_id and e.subject = a.subject
          and e.profile_id = a.profile_id and e.item = a.item and e.generation < a.generation and e.newest
      )
      select request_id from added
      """;

  private static final String SIGN_AGAIN =
      """
      update enrolment e
      set grant_jws = g.grant_jws, grant_expires_at = g.grant_expires_at, device_key_sha256 = g.device_key_sha256,
          device_certificate = g.device_certificate, profile_version = g.profile_version,
          content_sha256 = g.content_sha256, renewal_percent = g.renewal_percent,
          resend_at = now() + make_interval(secs => $9), resends = 0
      from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::bytea[], $6::int[], $7::text[], $8::int[])
        as g (request_id, grant_jws, grant_expires_at, device_key_sha256, device_certificate, profile_version,
              content_sha256, renewal_percent)
      where e.request_id = g.request_id and e.ended_at is null
      returning e.request_id
      """;

  private static final String END =
      """
      update enrolment e
      set ended_at = $3, ended_reason = $4, resend_at = null
      from unnest($1::text[], $2::text[]) as k (tenant, device_id)
      where e.tenant = k.tenant and e.device_id = k.device_id and e.ended_at is null
        and ($5::text is null or e.subject = $5) and ($6::timestamptz is null or e.reported_at <= $6)
      returning e.request_id, e.tenant, e.device_id, e.subject, e.profile_id, e.item, e.generation
      """;

  private static final String END_REQUESTS =
      """
      update enrolment e
      set ended_at = $3, ended_reason = g.reason, resend_at = null
      from unnest($1::uuid[], $2::text[]) as g (request_id, reason)
      where e.request_id = g.request_id and e.ended_at is null
      returning e.request_id, e.tenant, e.device_id, e.subject, e.profile_id, e.item, e.generation
      """;

  private static final String STEPS =
      """
      insert into enrolment_step (request_id, step_key, at, step, reason, detail)
      select request_id, step_key, at, step, reason, detail
      from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[])
        as s (request_id, step_key, at, step, reason, detail)
      on conflict do nothing
      """;

  private final EnrolmentConfig config;

  public EnrolmentStore(EnrolmentConfig config) {
    this.config = config;
  }

  /** The newest generations of everything that these devices have. */
  public Uni<Map<EnrolmentKey, Enrolment>> newest(SqlClient client, Collection<DeviceKey> devices) {
    return client
        .preparedQuery(NEWEST)
        .execute(
            Tuple.of(strings(devices, DeviceKey::tenant), strings(devices, DeviceKey::deviceId)))
        .map(EnrolmentStore::enrolments);
  }

  /**
   * Inserts new generations; one whose natural key exists is left out.
   *
   * @return request ids of those that were inserted
   */
  Uni<Set<UUID>> insert(SqlConnection tx, List<Decision.Signed> decisions, Instant now) {
    List<Grant> grants = decisions.stream().map(s -> s.decision().grant()).toList();
    List<NaturalKey> keys = grants.stream().map(Grant::naturalKey).toList();
    return tx.preparedQuery(INSERT)
        .execute(
            Tuple.tuple()
                .addArrayOfUUID(uuids(grants, Grant::requestId))
                .addArrayOfString(strings(keys, NaturalKey::tenant))
                .addArrayOfString(strings(keys, NaturalKey::deviceId))
                .addArrayOfString(strings(keys, NaturalKey::subject))
                .addArrayOfUUID(uuids(keys, NaturalKey::profileId))
                .addArrayOfString(strings(keys, NaturalKey::item))
                .addArrayOfInteger(integers(keys, NaturalKey::generation))
                .addArrayOfString(strings(grants, Grant::kind))
                .addArrayOfInteger(integers(grants, Grant::profileVersion))
                .addArrayOfString(strings(decisions, s -> s.decision().contentSha256()))
                .addArrayOfBoolean(grants.stream().map(Grant::renewal).toArray(Boolean[]::new))
                .addArrayOfString(strings(decisions, Decision.Signed::grant))
                .addArrayOfOffsetDateTime(times(grants, Grant::expiresAt))
                .addArrayOfString(strings(grants, Grant::deviceKeySha256))
                .addValue(certificates(decisions))
                .addArrayOfString(strings(decisions, s -> s.decision().cause().correlationId()))
                .addArrayOfInteger(integers(decisions, s -> s.decision().renewalPercent()))
                .addArrayOfOffsetDateTime(times(decisions, s -> s.decision().reportedAt()))
                .addOffsetDateTime(time(now))
                .addDouble(seconds()))
        .map(EnrolmentStore::ids);
  }

  /**
   * Replaces grants of known generations.
   *
   * @return request ids of those that still wanted one
   */
  Uni<Set<UUID>> signAgain(SqlConnection tx, List<Decision.Signed> decisions) {
    List<Grant> grants = decisions.stream().map(s -> s.decision().grant()).toList();
    return tx.preparedQuery(SIGN_AGAIN)
        .execute(
            Tuple.tuple()
                .addArrayOfUUID(uuids(grants, Grant::requestId))
                .addArrayOfString(strings(decisions, Decision.Signed::grant))
                .addArrayOfOffsetDateTime(times(grants, Grant::expiresAt))
                .addArrayOfString(strings(grants, Grant::deviceKeySha256))
                .addValue(certificates(decisions))
                .addArrayOfInteger(integers(grants, Grant::profileVersion))
                .addArrayOfString(strings(decisions, s -> s.decision().contentSha256()))
                .addArrayOfInteger(integers(decisions, s -> s.decision().renewalPercent()))
                .addDouble(seconds()))
        .map(EnrolmentStore::ids);
  }

  /**
   * Asks for nothing any more on behalf of devices, or of one user of theirs.
   *
   * @param subject only enrolments of this user; null for all
   * @param until only those that were granted for a report not after this; null for all
   * @return those that ended now
   */
  Uni<List<Ended>> end(
      SqlConnection tx,
      Collection<DeviceKey> devices,
      @Nullable String subject,
      @Nullable Instant until,
      String reason,
      Instant now) {
    return tx.preparedQuery(END)
        .execute(
            Tuple.tuple()
                .addArrayOfString(strings(devices, DeviceKey::tenant))
                .addArrayOfString(strings(devices, DeviceKey::deviceId))
                .addOffsetDateTime(time(now))
                .addString(reason)
                .addString(subject)
                .addOffsetDateTime(until == null ? null : time(until)))
        .map(rows -> ended(rows, id -> reason));
  }

  /**
   * Asks for nothing any more of these.
   *
   * @return those that ended now
   */
  Uni<List<Ended>> end(SqlConnection tx, Map<UUID, String> reasons, Instant now) {
    List<Map.Entry<UUID, String>> entries = List.copyOf(reasons.entrySet());
    return tx.preparedQuery(END_REQUESTS)
        .execute(
            Tuple.tuple()
                .addArrayOfUUID(uuids(entries, Map.Entry::getKey))
                .addArrayOfString(strings(entries, Map.Entry::getValue))
                .addOffsetDateTime(time(now)))
        .map(rows -> ended(rows, reasons::get));
  }

  private static List<Ended> ended(RowSet<Row> rows, Function<UUID, @Nullable String> reasons) {
    List<Ended> ended = new ArrayList<>();
    for (Row row : rows) {
      UUID id = row.getUUID("request_id");
      ended.add(
          new Ended(
              id,
              new NaturalKey(
                  row.getString("tenant"),
                  row.getString("device_id"),
                  row.getString("subject"),
                  row.getUUID("profile_id"),
                  row.getString("item"),
                  row.getInteger("generation")),
              Objects.requireNonNull(reasons.apply(id))));
    }
    return ended;
  }

  /** Records steps; those that are known already are left alone. */
  Uni<Void> record(SqlConnection tx, List<Step> steps) {
    if (steps.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.preparedQuery(STEPS)
        .execute(
            Tuple.tuple()
                .addArrayOfUUID(uuids(steps, Step::requestId))
                .addArrayOfString(strings(steps, Step::key))
                .addArrayOfOffsetDateTime(times(steps, Step::at))
                .addArrayOfString(strings(steps, Step::step))
                .addArrayOfString(strings(steps, Step::reason))
                .addArrayOfString(strings(steps, Step::detail)))
        .replaceWithVoid();
  }

  private double seconds() {
    return config.resendAfter().toMillis() / 1000.0;
  }

  private static Map<EnrolmentKey, Enrolment> enrolments(RowSet<Row> rows) {
    Map<EnrolmentKey, Enrolment> enrolments = new HashMap<>();
    for (Row row : rows) {
      Enrolment enrolment = enrolment(row);
      enrolments.put(enrolment.key(), enrolment);
    }
    return enrolments;
  }

  private static Enrolment enrolment(Row row) {
    DeviceKey device = new DeviceKey(row.getString("tenant"), row.getString("device_id"));
    return new Enrolment(
        row.getUUID("request_id"),
        new EnrolmentKey(
            device, row.getString("subject"), row.getUUID("profile_id"), row.getString("item")),
        row.getInteger("generation"),
        row.getInteger("profile_version"),
        row.getString("content_sha256"),
        RequestState.valueOf(row.getString("state")),
        row.getString("device_key_sha256"),
        row.getString("grant_jws"),
        row.getOffsetDateTime("ended_at") != null,
        row.getInteger("renewal_percent"),
        instant(row.getOffsetDateTime("not_before")),
        instant(row.getOffsetDateTime("not_after")),
        row.getString("revocation_trigger"));
  }

  private static Set<UUID> ids(RowSet<Row> rows) {
    Set<UUID> ids = new HashSet<>();
    rows.forEach(row -> ids.add(row.getUUID(0)));
    return ids;
  }

  private static Buffer[] certificates(List<Decision.Signed> decisions) {
    return decisions.stream()
        .map(s -> Buffer.buffer(s.decision().deviceCertificate().toArray()))
        .toArray(Buffer[]::new);
  }

  private static <T> String[] strings(
      Collection<T> items, Function<T, ? extends @Nullable String> column) {
    return items.stream().map(column).toArray(String[]::new);
  }

  private static <T> Integer[] integers(
      Collection<T> items, Function<T, ? extends @Nullable Integer> column) {
    return items.stream().map(column).toArray(Integer[]::new);
  }

  private static <T> UUID[] uuids(Collection<T> items, Function<T, UUID> column) {
    return items.stream().map(column).toArray(UUID[]::new);
  }

  private static <T> OffsetDateTime[] times(Collection<T> items, Function<T, Instant> column) {
    return items.stream().map(column).map(EnrolmentStore::time).toArray(OffsetDateTime[]::new);
  }

  private static OffsetDateTime time(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }
}
