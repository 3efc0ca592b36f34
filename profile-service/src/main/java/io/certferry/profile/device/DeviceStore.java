package io.certferry.profile.device;

import io.certferry.profile.device.DeviceRow.Fingerprint;
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
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads and writes rows of devices, many at a time. */
@ApplicationScoped
public class DeviceStore {

  private static final String READ =
      """
      select k.tenant, k.device_id, coalesce(r.revision, 0) as revision,
             d.row_version, d.state, d.enrolment_id, d.fingerprint, d.evaluated_revision, d.reevaluate_at,
             d.pinned_key_sha256, d.born_at, d.occurred_at, d.last_seen_at
      from unnest($1::text[], $2::text[]) as k (tenant, device_id)
      left join device d on d.tenant = k.tenant and d.device_id = k.device_id
      left join catalogue_revision r on r.tenant = k.tenant
      """;

  private static final String WRITE =
      """
      with given as (
        select *
        from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::bytea[], $7::bigint[],
                    $8::timestamptz[], $9::text[], $10::timestamptz[], $11::timestamptz[], $12::timestamptz[])
          as g (tenant, device_id, expected, state, enrolment_id, fingerprint, revision, reevaluate_at,
                pinned_key_sha256, born_at, occurred_at, last_seen_at)
      ), locked as materialized (
        select d.tenant, d.device_id
        from device d join given g on d.tenant = g.tenant and d.device_id = g.device_id
        order by d.tenant, d.device_id
        for update of d
      ), changed as (
        update device d
        set row_version = d.row_version + 1, state = g.state, enrolment_id = g.enrolment_id,
            fingerprint = g.fingerprint, evaluated_revision = g.revision, reevaluate_at = g.reevaluate_at,
            pinned_key_sha256 = g.pinned_key_sha256, born_at = g.born_at, occurred_at = greatest(d.occurred_at, g.occurred_at),
            last_seen_at = greatest(d.last_seen_at, g.last_seen_at)
        from given g join locked l on l.tenant = g.tenant and l.device_id = g.device_id
        where d.tenant = g.tenant and d.device_id = g.device_id and d.row_version = g.expected
        returning d.tenant, d.device_id
      ), added as (
        insert into device (tenant, device_id, row_version, state, enrolment_id, fingerprint, evaluated_revision,
                            reevaluate_at, pinned_key_sha256, born_at, occurred_at, last_seen_at)
        select tenant, device_id, 1, state, enrolment_id, fingerprint, revision, reevaluate_at,
               pinned_key_sha256, born_at, occurred_at, last_seen_at
        from given where expected = 0
        order by tenant, device_id
        on conflict do nothing
        returning tenant, device_id
      )
      select tenant, device_id from changed
      union all
      select tenant, device_id from added
      """;

  private static final String LOCK =
      """
      select d.device_id
      from device d join unnest($1::text[], $2::text[]) as k (tenant, device_id)
        on d.tenant = k.tenant and d.device_id = k.device_id
      order by d.tenant, d.device_id
      for update of d
      """;

  private static final String LOOK_AGAIN =
      """
      update device d
      set reevaluate_at = g.at, row_version = d.row_version + 1
      from unnest($1::text[], $2::text[], $3::timestamptz[]) as g (tenant, device_id, at)
      where d.tenant = g.tenant and d.device_id = g.device_id and d.reevaluate_at > g.at
      """;

  private static final String SEEN =
      """
      with given as (
        select * from unnest($1::text[], $2::text[], $3::timestamptz[]) as g (tenant, device_id, seen_at)
      ), locked as materialized (
        select d.tenant, d.device_id
        from device d join given g on d.tenant = g.tenant and d.device_id = g.device_id
        order by d.tenant, d.device_id
        for update of d
      )
      update device d
      set last_seen_at = greatest(d.last_seen_at, g.seen_at), occurred_at = greatest(d.occurred_at, g.seen_at)
      from given g join locked l on l.tenant = g.tenant and l.device_id = g.device_id
      where d.tenant = g.tenant and d.device_id = g.device_id and d.state = 'active'
      """;

  /**
   * What a batch needs to begin with.
   *
   * @param rows one per device that was asked for
   * @param revisions current catalogue revision by tenant; 0 where there are no profiles
   */
  public record Readings(Map<DeviceKey, DeviceRow> rows, Map<String, Long> revisions) {}

  /** Rows of devices and the revisions of their tenants' catalogues: one indexed read. */
  public Uni<Readings> read(SqlClient client, Collection<DeviceKey> keys) {
    return client
        .preparedQuery(READ)
        .execute(Tuple.of(strings(keys, DeviceKey::tenant), strings(keys, DeviceKey::deviceId)))
        .map(DeviceStore::readings);
  }

  /**
   * Writes rows whose {@code rowVersion} is still the stored one, with that version plus one.
   *
   * @return the devices that were written; the others have changed meanwhile
   */
  public Uni<Set<DeviceKey>> write(SqlConnection tx, Collection<DeviceRow> rows) {
    List<DeviceRow> ordered = rows.stream().sorted((a, b) -> a.key().compareTo(b.key())).toList();
    return tx.preparedQuery(WRITE)
        .execute(
            Tuple.tuple()
                .addArrayOfString(strings(ordered, r -> r.key().tenant()))
                .addArrayOfString(strings(ordered, r -> r.key().deviceId()))
                .addArrayOfLong(ordered.stream().map(DeviceRow::rowVersion).toArray(Long[]::new))
                .addArrayOfString(strings(ordered, r -> r.state().id()))
                .addArrayOfString(strings(ordered, DeviceRow::enrolmentId))
                .addValue(buffers(ordered))
                .addArrayOfLong(
                    ordered.stream().map(DeviceRow::evaluatedRevision).toArray(Long[]::new))
                .addArrayOfOffsetDateTime(times(ordered, DeviceRow::reevaluateAt))
                .addArrayOfString(strings(ordered, DeviceRow::pinnedKeySha256))
                .addArrayOfOffsetDateTime(times(ordered, DeviceRow::bornAt))
                .addArrayOfOffsetDateTime(times(ordered, DeviceRow::occurredAt))
                .addArrayOfOffsetDateTime(times(ordered, DeviceRow::lastSeenAt)))
        .map(DeviceStore::keys);
  }

  /** The same as {@link #read}, with the rows locked in the order in which everybody locks them. */
  public Uni<Readings> lock(SqlConnection tx, Collection<DeviceKey> keys) {
    return tx.preparedQuery(LOCK)
        .execute(Tuple.of(strings(keys, DeviceKey::tenant), strings(keys, DeviceKey::deviceId)))
        .chain(() -> read(tx, keys));
  }

  /** Brings forward when devices are looked at again. */
  public Uni<Void> lookAgainBy(SqlConnection tx, Map<DeviceKey, Instant> times) {
    if (times.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<Map.Entry<DeviceKey, Instant>> entries = List.copyOf(times.entrySet());
    return tx.preparedQuery(LOOK_AGAIN)
        .execute(
            Tuple.tuple()
                .addArrayOfString(strings(entries, e -> e.getKey().tenant()))
                .addArrayOfString(strings(entries, e -> e.getKey().deviceId()))
                .addArrayOfOffsetDateTime(times(entries, Map.Entry::getValue)))
        .replaceWithVoid();
  }

  /** Notes when devices reported; nothing else of the rows changes. */
  public Uni<Void> seen(SqlClient client, Map<DeviceKey, Instant> seen) {
    List<Map.Entry<DeviceKey, Instant>> entries = List.copyOf(seen.entrySet());
    return client
        .preparedQuery(SEEN)
        .execute(
            Tuple.tuple()
                .addArrayOfString(strings(entries, e -> e.getKey().tenant()))
                .addArrayOfString(strings(entries, e -> e.getKey().deviceId()))
                .addArrayOfOffsetDateTime(times(entries, Map.Entry::getValue)))
        .replaceWithVoid();
  }

  private static Readings readings(RowSet<Row> found) {
    Map<DeviceKey, DeviceRow> rows = new HashMap<>();
    Map<String, Long> revisions = new HashMap<>();
    for (Row row : found) {
      DeviceKey key = new DeviceKey(row.getString("tenant"), row.getString("device_id"));
      rows.put(key, deviceRow(key, row));
      revisions.put(key.tenant(), row.getLong("revision"));
    }
    return new Readings(rows, revisions);
  }

  private static DeviceRow deviceRow(DeviceKey key, Row row) {
    if (row.getLong("row_version") == null) {
      return DeviceRow.unknown(key);
    }
    var fingerprint = row.getBuffer("fingerprint");
    return new DeviceRow(
        key,
        row.getLong("row_version"),
        DeviceState.of(row.getString("state")).orElseThrow(),
        row.getString("enrolment_id"),
        fingerprint == null ? null : new Fingerprint(fingerprint.getBytes()),
        row.getLong("evaluated_revision"),
        row.getOffsetDateTime("reevaluate_at").toInstant(),
        row.getString("pinned_key_sha256"),
        instant(row.getOffsetDateTime("born_at")),
        row.getOffsetDateTime("occurred_at").toInstant(),
        instant(row.getOffsetDateTime("last_seen_at")));
  }

  private static Set<DeviceKey> keys(RowSet<Row> rows) {
    Set<DeviceKey> keys = new HashSet<>();
    rows.forEach(row -> keys.add(new DeviceKey(row.getString(0), row.getString(1))));
    return keys;
  }

  private static <T> String[] strings(
      Collection<T> items, Function<T, ? extends @Nullable String> column) {
    return items.stream().map(column).toArray(String[]::new);
  }

  private static <T> OffsetDateTime[] times(
      Collection<T> items, Function<T, ? extends @Nullable Instant> column) {
    return items.stream().map(column).map(DeviceStore::time).toArray(OffsetDateTime[]::new);
  }

  private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }

  private static Buffer[] buffers(List<DeviceRow> rows) {
    return rows.stream()
        .map(r -> r.fingerprint() == null ? null : Buffer.buffer(r.fingerprint().toArray()))
        .toArray(Buffer[]::new);
  }
}
