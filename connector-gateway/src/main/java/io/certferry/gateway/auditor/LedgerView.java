package io.certferry.gateway.auditor;

import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Our side of the comparison, read only. Blocking. */
@ApplicationScoped
class LedgerView {

  private static final String KNOWN =
      """
      select c.issuer, c.serial, c.sha256, c.spki_sha256, c.ca_request_id, c.request_id, c.tenant,
             c.revoked_at is not null as revoked,
             exists (select 1 from ca_command r
                     where r.ca_id = c.ca_id and r.state <> 'DONE' and r.kind = 'REVOKE' and r.request_id = c.request_id)
               as being_revoked
      from certificate c
      """;

  private static final String NAMED =
      KNOWN + " join unnest($1::text[], $2::text[]) as n (issuer, serial) using (issuer, serial)";

  private static final String RECORDED =
      KNOWN + " where c.ca_id = $1 and c.recorded_at >= $2 and c.recorded_at < $3";

  private static final String OWNERS =
      """
      select u.spki_sha256, u.request_id, u.tenant, c.state <> 'DONE' as open
      from natural_key_use u join ca_command c on c.kind = 'SUBMIT' and c.id = u.request_id
      where u.spki_sha256 = any($1)
      """;

  private static final String BUSY =
      "select exists (select 1 from ca_command where ca_id = $1 and state = 'READY')";

  private final Pool pool;

  LedgerView(Pool pool) {
    this.pool = pool;
  }

  /** A certificate of ours. */
  record Known(
      CertificateName name,
      String sha256,
      String spkiSha256,
      @Nullable String caRequestId,
      UUID requestId,
      String tenant,
      boolean revoked,
      boolean beingRevoked) {}

  /** Whose a key is. */
  record Owner(UUID requestId, String tenant, boolean open) {}

  /** What we know of these certificates. */
  Map<CertificateName, Known> known(List<Listed> listed) {
    Tuple parameters = Tuple.of(texts(listed, Listed::issuer), texts(listed, Listed::serial));
    Map<CertificateName, Known> known = new HashMap<>();
    select(NAMED, parameters).forEach(row -> known.put(name(row), known(row)));
    return known;
  }

  /** By SHA-256 of the public key; what is not there was never submitted by us. */
  Map<String, Owner> owners(List<Listed> listed) {
    Tuple parameters =
        Tuple.tuple().addArrayOfString(texts(listed, entry -> entry.parsed().spkiSha256()));
    Map<String, Owner> owners = new HashMap<>();
    select(OWNERS, parameters).forEach(row -> owners.put(row.getString("spki_sha256"), owner(row)));
    return owners;
  }

  /** What went into our ledger in a span of time. */
  List<Known> recorded(String caId, Instant from, Instant until) {
    Tuple parameters =
        Tuple.of(caId, from.atOffset(ZoneOffset.UTC), until.atOffset(ZoneOffset.UTC));
    return StreamSupport.stream(select(RECORDED, parameters).spliterator(), false)
        .map(LedgerView::known)
        .toList();
  }

  /** Whether commands wait to be claimed. */
  boolean isBusy(String caId) {
    return select(BUSY, Tuple.of(caId)).iterator().next().getBoolean(0);
  }

  private Iterable<Row> select(String sql, Tuple parameters) {
    return pool.preparedQuery(sql).execute(parameters).await().indefinitely();
  }

  private static String[] texts(List<Listed> listed, Function<Listed, String> column) {
    return listed.stream().map(column).toArray(String[]::new);
  }

  private static CertificateName name(Row row) {
    return new CertificateName(row.getString("issuer"), row.getString("serial"));
  }

  private static Known known(Row row) {
    return new Known(
        name(row),
        row.getString("sha256"),
        row.getString("spki_sha256"),
        row.getString("ca_request_id"),
        row.getUUID("request_id"),
        row.getString("tenant"),
        row.getBoolean("revoked"),
        row.getBoolean("being_revoked"));
  }

  private static Owner owner(Row row) {
    return new Owner(row.getUUID("request_id"), row.getString("tenant"), row.getBoolean("open"));
  }
}
