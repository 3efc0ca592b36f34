package io.certferry.revocation.view;

import io.certferry.edge.PageRequest;
import io.certferry.revocation.inventory.IssuerNames;
import io.certferry.revocation.order.Revocation;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads for people; always within one tenant. */
@Singleton
class RevocationQueries {

  private static final String FIND =
      "select " + Revocation.COLUMNS + " from revocation r where r.tenant = $1 and r.id = $2";

  private static final String OF_REQUESTS =
      "select "
          + Revocation.COLUMNS
          + " from revocation r where r.request_id = any($1::uuid[]) order by r.ordered_at, r.id";

  private static final String LIST =
      "select "
          + Revocation.COLUMNS
          + """
           from revocation r where r.tenant = $1
            and ($2::text is null or r.state = $2)
            and ($3::text is null or r.ca_id = $3)
            and ($4::text is null or r.device_id = $4)
            and ($5::text is null or r.trigger = $5)
            and ($6::uuid is null or r.plan_id = $6)
            and ($7::text is null or r.serial = $7)
            and ($8::timestamptz is null or (r.ordered_at, r.id) < ($8, $9::uuid))
          order by r.ordered_at desc, r.id desc limit $10
          """;

  private static final String BY_CERTIFICATE =
      """
      select c.request_id, c.ca_id, c.not_after, exists (select from certificate k
        where k.tenant = $1 and k.issuer_key = $2) as issuer_known
      from (select 1) one left join certificate c
        on c.tenant = $1 and c.issuer_key = $2 and c.serial = $3
      """;

  private static final String OF_DEVICE =
      """
      select request_id from request where tenant = $1 and device_id = $2
        and ($3::uuid is null or profile_id = $3) and ($4::text is null or subject = $4)
      """;

  private static final String REQUEST =
      "select request_id from request where tenant = $1 and request_id = $2";

  private static final String UNREVOKED =
      """
      select c.issuer, c.issuer_key, c.serial, c.ca_id, c.not_after, r.device_id, r.subject, r.profile_id,
        r.ended_trigger, r.ended_at, v.id as revocation_id, v.state, v.state_reason
      from request r
      join certificate c on c.request_id = r.request_id
      left join revocation v on v.issuer_key = c.issuer_key and v.serial = c.serial and v.action = 'revoke'
      where r.tenant = $1 and r.ended_action = 'revoke' and c.not_after > now()
        and (v.id is null or v.state not in ('listed', 'closed'))
        and ($2::timestamptz is null or (r.ended_at, c.serial) > ($2, $3::text))
      order by r.ended_at, c.serial limit $4
      """;

  private final Pool pool;

  RevocationQueries(Pool pool) {
    this.pool = pool;
  }

  /** What a list is narrowed to; null members do not narrow. */
  record Filter(
      @Nullable String state,
      @Nullable String caId,
      @Nullable String deviceId,
      @Nullable String trigger,
      @Nullable UUID planId,
      @Nullable String serial) {}

  Uni<Optional<Revocation>> find(String tenant, UUID id) {
    return pool.preparedQuery(FIND)
        .execute(Tuple.of(tenant, id))
        .map(rows -> list(rows, Revocation::of).stream().findFirst());
  }

  Uni<List<Revocation>> list(String tenant, Filter filter, PageRequest page) {
    return pool.preparedQuery(LIST)
        .execute(
            Tuple.tuple()
                .addString(tenant)
                .addString(filter.state())
                .addString(filter.caId())
                .addString(filter.deviceId())
                .addString(filter.trigger())
                .addUUID(filter.planId())
                .addString(filter.serial())
                .addOffsetDateTime(after(page))
                .addUUID(page.after().map(c -> c.uuid(1)).orElse(null))
                .addInteger(page.fetch()))
        .map(rows -> list(rows, Revocation::of));
  }

  private static @Nullable OffsetDateTime after(PageRequest page) {
    return page.after().map(c -> c.instant(0).atOffset(ZoneOffset.UTC)).orElse(null);
  }

  Uni<List<Revocation>> ofRequests(SqlClient tx, Collection<UUID> requestIds) {
    return tx.preparedQuery(OF_REQUESTS)
        .execute(Tuple.of(requestIds.toArray(UUID[]::new)))
        .map(rows -> list(rows, Revocation::of));
  }

  /**
   * What is known of a certificate.
   *
   * @param requestId null when the serial is not known
   * @param issuerKnown whether any certificate of that issuer is
   */
  record Found(
      @Nullable UUID requestId,
      @Nullable String caId,
      @Nullable Instant notAfter,
      boolean issuerKnown) {}

  Uni<Found> byCertificate(SqlClient tx, String tenant, String issuer, String serial) {
    return tx.preparedQuery(BY_CERTIFICATE)
        .execute(Tuple.of(tenant, IssuerNames.key(issuer), serial))
        .map(rows -> rows.iterator().next())
        .map(
            row ->
                new Found(
                    row.getUUID(0),
                    row.getString(1),
                    row.getOffsetDateTime(2) == null ? null : row.getOffsetDateTime(2).toInstant(),
                    row.getBoolean(3)));
  }

  Uni<List<UUID>> ofDevice(
      SqlClient tx,
      String tenant,
      String deviceId,
      @Nullable UUID profileId,
      @Nullable String subject) {
    return tx.preparedQuery(OF_DEVICE)
        .execute(Tuple.of(tenant, deviceId, profileId, subject))
        .map(rows -> list(rows, row -> row.getUUID(0)));
  }

  Uni<List<UUID>> request(SqlClient tx, String tenant, UUID requestId) {
    return tx.preparedQuery(REQUEST)
        .execute(Tuple.of(tenant, requestId))
        .map(rows -> list(rows, row -> row.getUUID(0)));
  }

  /** A certificate that should be revoked and is not shown as such by its CA. */
  record Unrevoked(
      String issuer,
      String serial,
      String caId,
      Instant notAfter,
      String deviceId,
      String subject,
      UUID profileId,
      String trigger,
      Instant endedAt,
      @Nullable UUID revocationId,
      @Nullable String state,
      @Nullable String code) {

    static Unrevoked of(Row row) {
      return new Unrevoked(
          row.getString("issuer"),
          row.getString("serial"),
          row.getString("ca_id"),
          row.getOffsetDateTime("not_after").toInstant(),
          row.getString("device_id"),
          row.getString("subject"),
          row.getUUID("profile_id"),
          row.getString("ended_trigger"),
          row.getOffsetDateTime("ended_at").toInstant(),
          row.getUUID("revocation_id"),
          row.getString("state"),
          row.getString("state_reason"));
    }
  }

  Uni<List<Unrevoked>> unrevoked(String tenant, PageRequest page) {
    return pool.preparedQuery(UNREVOKED)
        .execute(
            Tuple.tuple()
                .addString(tenant)
                .addOffsetDateTime(after(page))
                .addString(page.after().map(c -> c.text(1)).orElse(null))
                .addInteger(page.fetch()))
        .map(rows -> list(rows, Unrevoked::of));
  }

  static <T> List<T> list(Iterable<Row> rows, Function<Row, T> mapping) {
    List<T> list = new ArrayList<>();
    rows.forEach(row -> list.add(mapping.apply(row)));
    return list;
  }
}
