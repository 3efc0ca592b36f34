package io.certferry.gateway.driver.builtin;

import io.certferry.gateway.driver.OwnAuthority.Tier;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** SQL of the CRLs and of what they list. Blocking. */
final class CrlTable {

  private static final String NEWEST =
      """
      select number, this_update, next_update, crl from builtin_ca.crl
      where ca_id = $1 and tier = $2 order by number desc limit 1
      """;

  private static final String LAST =
      """
      select number, this_update from builtin_ca.crl
      where ca_id = $1 and tier = $2 order by number desc limit 1
      """;

  private static final String UNLISTED =
      """
      select exists (select 1 from builtin_ca.request
                     where ca_id = $1 and status = 'REVOKED' and listed_in_crl is null)
      """;

  /** Listed until they have expired and one more list has shown them (RFC 5280 section 3.3). */
  private static final String REVOKED =
      """
      select id, serial, revoked_at, revocation_reason, listed_in_crl is not null as listed from builtin_ca.request
      where ca_id = $1 and status = 'REVOKED' and (not_after >= $2 or listed_in_crl is null)
      order by id
      """;

  private static final String ADD =
      """
      insert into builtin_ca.crl (ca_id, tier, number, this_update, next_update, crl)
      values ($1, $2, $3, $4, $5, $6)
      on conflict do nothing
      """;

  private static final String LIST =
      "update builtin_ca.request set listed_in_crl = $2 where id = any($1) and listed_in_crl is"
          + " null";

  private static final String FORGET =
      "delete from builtin_ca.crl where ca_id = $1 and tier = $2 and number < $3 - 10";

  private final String caId;
  private final Pool pool;

  CrlTable(String caId, Pool pool) {
    this.caId = caId;
    this.pool = pool;
  }

  record Published(long number, Instant thisUpdate, Instant nextUpdate, byte[] crl) {}

  /** The newest CRL without its bytes. */
  record Last(long number, Instant thisUpdate) {}

  /** {@code listed}: an earlier CRL has shown it. */
  record Revoked(long requestId, String serial, Instant at, String reason, boolean listed) {}

  Optional<Published> newest(Tier tier) {
    for (Row row : await(pool.preparedQuery(NEWEST).execute(Tuple.of(caId, name(tier))))) {
      return Optional.of(
          new Published(
              row.getLong("number"),
              row.getOffsetDateTime("this_update").toInstant(),
              row.getOffsetDateTime("next_update").toInstant(),
              row.getBuffer("crl").getBytes()));
    }
    return Optional.empty();
  }

  Optional<Last> last(Tier tier) {
    for (Row row : await(pool.preparedQuery(LAST).execute(Tuple.of(caId, name(tier))))) {
      return Optional.of(
          new Last(row.getLong("number"), row.getOffsetDateTime("this_update").toInstant()));
    }
    return Optional.empty();
  }

  /** Whether something revoked is on no CRL yet. */
  boolean hasUnlisted() {
    return await(pool.preparedQuery(UNLISTED).execute(Tuple.of(caId)))
        .iterator()
        .next()
        .getBoolean(0);
  }

  List<Revoked> revoked(Instant expiredSince) {
    Tuple parameters = Tuple.of(caId, expiredSince.atOffset(ZoneOffset.UTC));
    List<Revoked> all = new ArrayList<>();
    for (Row row : await(pool.preparedQuery(REVOKED).execute(parameters))) {
      all.add(
          new Revoked(
              row.getLong("id"),
              row.getString("serial"),
              row.getOffsetDateTime("revoked_at").toInstant(),
              row.getString("revocation_reason"),
              row.getBoolean("listed")));
    }
    return all;
  }

  /**
   * Stores a CRL with what it is the first to list in one transaction; if another instance took the
   * number, nothing happens.
   */
  void add(Tier tier, Published crl, List<Long> listed) {
    await(
        pool.withTransaction(
            tx ->
                tx.preparedQuery(ADD)
                    .execute(row(tier, crl))
                    .chain(
                        added ->
                            added.rowCount() == 1
                                ? list(tx, tier, crl, listed)
                                : Uni.createFrom().voidItem())));
  }

  private Uni<Void> list(SqlConnection tx, Tier tier, Published crl, List<Long> listed) {
    return tx.preparedQuery(LIST)
        .execute(Tuple.tuple().addArrayOfLong(listed.toArray(Long[]::new)).addLong(crl.number()))
        .chain(() -> tx.preparedQuery(FORGET).execute(Tuple.of(caId, name(tier), crl.number())))
        .replaceWithVoid();
  }

  private Tuple row(Tier tier, Published crl) {
    return Tuple.tuple()
        .addValue(caId)
        .addValue(name(tier))
        .addValue(crl.number())
        .addValue(crl.thisUpdate().atOffset(ZoneOffset.UTC))
        .addValue(crl.nextUpdate().atOffset(ZoneOffset.UTC))
        .addValue(Buffer.buffer(crl.crl()));
  }

  private static String name(Tier tier) {
    return tier.name().toLowerCase(Locale.ROOT);
  }

  private static <T> T await(Uni<T> uni) {
    return uni.await().indefinitely();
  }
}
