package io.certferry.issuance.request;

import io.certferry.issuance.rows.Columns;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
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
        adopted, may_duplicate, verdict, revocation_id, revocation_reason, revoke_due_at)
      select request_id, sha256, ca_id, certificate, chain_sha256, attempt, ca_request_id,
        adopted, may_duplicate, verdict, revocation_id, reason, case when reason is not null then now() end
      from unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::text[], $6::int[], $7::text[],
          $8::bool[], $9::bool[], $10::text[], $11::uuid[], $12::text[])
        as e (request_id, sha256, ca_id, certificate, chain_sha256, attempt, ca_request_id,
          adopted, may_duplicate, verdict, revocation_id, reason)
      on conflict (request_id, sha256) do nothing
      """;

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

  private static Uni<Void> insertCertificates(SqlConnection tx, List<Evidence> evidence) {
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
                .tuple())
        .replaceWithVoid();
  }
}
