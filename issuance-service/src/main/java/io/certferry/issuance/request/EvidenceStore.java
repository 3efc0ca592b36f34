package io.certferry.issuance.request;

import io.certferry.issuance.rows.Columns;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The certificates that results brought: kept whatever becomes of them. */
@Singleton
class EvidenceStore {

  private static final String KNOWN =
      "select request_id, sha256 from issued where request_id = any($1)";

  private static final String INSERT_CHAIN =
      "insert into ca_chain (sha256, certificates) values ($1, $2) on conflict do nothing";

  private static final String INSERT =
      """
      insert into issued (request_id, sha256, ca_id, certificate, chain_sha256, attempt, ca_request_id,
        adopted, may_duplicate, verdict, revocation_id, revocation_reason, serial, revoke_due_at)
      select request_id, sha256, ca_id, certificate, chain_sha256, attempt, ca_request_id,
        adopted, may_duplicate, verdict, revocation_id, reason, serial,
        case when reason is not null then now() + make_interval(secs => wait) end
      from unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::text[], $6::int[], $7::text[],
          $8::bool[], $9::bool[], $10::text[], $11::uuid[], $12::text[], $13::text[], $14::float8[])
        as e (request_id, sha256, ca_id, certificate, chain_sha256, attempt, ca_request_id,
          adopted, may_duplicate, verdict, revocation_id, reason, serial, wait)
      on conflict (request_id, sha256) do nothing
      """;

  private static final String KEYS =
      "select request_id, spki_sha256 from request_key where request_id = any($1)";

  private final RequestConfig config;

  EvidenceStore(RequestConfig config) {
    this.config = config;
  }

  /** The public keys of requests: request id to lower-case hex of the SPKI's SHA-256. */
  Uni<Map<UUID, String>> keys(SqlConnection tx, Collection<UUID> requestIds) {
    return requestIds.isEmpty()
        ? Uni.createFrom().item(Map.of())
        : tx.preparedQuery(KEYS)
            .execute(Tuple.of((Object) requestIds.toArray(UUID[]::new)))
            .map(
                rows -> {
                  Map<UUID, String> keys = new HashMap<>();
                  rows.forEach(
                      row -> keys.put(row.getUUID("request_id"), row.getString("spki_sha256")));
                  return keys;
                });
  }

  /** Request id and thumbprint of what is there already. */
  record Known(UUID requestId, String sha256) {}

  Uni<Set<Known>> known(SqlConnection tx, Collection<UUID> requestIds) {
    return tx.preparedQuery(KNOWN)
        .execute(Tuple.of(requestIds.toArray(UUID[]::new)))
        .map(
            rows -> {
              Set<Known> known = new HashSet<>();
              rows.forEach(
                  row -> known.add(new Known(row.getUUID("request_id"), row.getString("sha256"))));
              return known;
            });
  }

  Uni<Void> insert(SqlConnection tx, List<Evidence> evidence) {
    return evidence.isEmpty()
        ? Uni.createFrom().voidItem()
        : insertChains(tx, evidence).chain(() -> insertCertificates(tx, evidence));
  }

  /** Chains are few: nearly always one for the whole batch. */
  private static Uni<Void> insertChains(SqlConnection tx, List<Evidence> evidence) {
    Map<String, Evidence> chains = new HashMap<>();
    evidence.forEach(one -> chains.putIfAbsent(one.chainSha256(), one));
    return Multi.createFrom()
        .iterable(chains.values())
        .onItem()
        .transformToUniAndConcatenate(one -> insertChain(tx, one))
        .collect()
        .last()
        .replaceWithVoid();
  }

  private static Uni<Boolean> insertChain(SqlConnection tx, Evidence one) {
    Buffer[] certificates =
        one.result().chain().stream()
            .map(certificate -> Buffer.buffer(certificate.toArray()))
            .toArray(Buffer[]::new);
    return tx.preparedQuery(INSERT_CHAIN)
        .execute(Tuple.of(one.chainSha256(), certificates))
        .replaceWith(true);
  }

  private Uni<Void> insertCertificates(SqlConnection tx, List<Evidence> evidence) {
    return tx.preparedQuery(INSERT)
        .execute(
            Columns.of(evidence)
                .uuid(one -> one.result().requestId())
                .text(Evidence::sha256)
                .text(one -> one.result().caId())
                .bytes(one -> one.result().certificate().toArray())
                .text(Evidence::chainSha256)
                .integer(one -> one.result().attempt())
                .text(one -> one.result().caRequestId())
                .bool(one -> one.result().adopted())
                .bool(one -> one.result().mayDuplicate())
                .text(Evidence::verdict)
                .uuid(Evidence::revocationId)
                .text(one -> one.isToBeRevoked() ? "superseded" : null)
                .text(Evidence::serialIfBarred)
                .seconds(one -> one.isBarred() ? config.barredRevokeAfter() : Duration.ZERO)
                .tuple())
        .replaceWithVoid();
  }
}
