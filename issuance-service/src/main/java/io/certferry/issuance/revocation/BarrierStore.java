package io.certferry.issuance.revocation;

import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.issuance.request.RequestConfig;
import io.certferry.issuance.rows.Cells;
import io.certferry.issuance.rows.Columns;
import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ParsedCertificate;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the barrier reads and writes beside the rows of requests. */
@Singleton
class BarrierStore {

  private static final String BY_NATURAL_KEY =
      """
      select k.n, r.request_id
      from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::int[])
          as k (n, tenant, device_id, subject, profile_id, item, generation)
        join request r on r.tenant = k.tenant and r.device_id = k.device_id and r.subject = k.subject
          and r.profile_id = k.profile_id and r.item = k.item and r.generation = k.generation
      """;

  private static final String KNOWN =
      """
      select r.request_id,
        c.ca_id, c.issuer, c.serial, c.subject, c.not_before, c.not_after, c.sha256, c.spki_sha256,
        i.certificate as chosen, i.ca_id as chosen_ca_id, i.sha256 as chosen_sha256, k.spki_sha256 as key_sha256,
        (select p.package_id from package p where p.request_id = r.request_id
          order by p.created_at desc limit 1) as package_id
      from unnest($1::uuid[]) as r (request_id)
        left join certificate_facts c using (request_id)
        left join issued i on i.request_id = r.request_id and i.verdict in ('CHOSEN', 'BARRED')
        left join request_key k on k.request_id = r.request_id
      """;

  /** revocation-service has it revoked; should it not, this service does after a while. */
  private static final String KEEP_AS_BARRED =
      """
      update issued i set verdict = 'BARRED', serial = b.serial, revocation_id = gen_random_uuid(),
        revocation_reason = 'superseded', revoke_due_at = now() + make_interval(secs => $3)
      from unnest($1::uuid[], $2::text[]) as b (request_id, serial)
      where i.request_id = b.request_id and i.verdict = 'CHOSEN'
      """;

  private static final String QUARANTINE =
      """
      update issued set verdict = 'QUARANTINED', revocation_id = gen_random_uuid(),
        revocation_reason = 'superseded', revoke_due_at = now()
      where request_id = any($1) and verdict = 'CHOSEN'
      """;

  private final RequestConfig config;

  BarrierStore(RequestConfig config) {
    this.config = config;
  }

  /**
   * What is known of a request.
   *
   * @param keySha256 of the request's own public key
   * @param packageId its newest package, in whatever state
   */
  record Known(
      @Nullable CertificateFacts certificate,
      @Nullable String keySha256,
      @Nullable UUID packageId) {

    boolean isOwnKey() {
      return certificate != null && certificate.subjectPublicKeySha256().equals(keySha256);
    }
  }

  /** The requests that orders are about; those that nobody knows are left out. */
  Uni<Map<UUID, Barrier.Ordered>> resolve(SqlConnection tx, List<Barrier.Ordered> orders) {
    Map<UUID, Barrier.Ordered> byRequest = new LinkedHashMap<>();
    List<Barrier.Ordered> nameless =
        orders.stream().filter(one -> one.order().requestId() == null).toList();
    orders.stream()
        .filter(one -> one.order().requestId() != null)
        .forEach(one -> byRequest.put(Objects.requireNonNull(one.order().requestId()), one));
    return nameless.isEmpty()
        ? Uni.createFrom().item(byRequest)
        : byNaturalKey(tx, nameless)
            .map(
                found -> {
                  found.forEach(byRequest::putIfAbsent);
                  return byRequest;
                });
  }

  private static Uni<Map<UUID, Barrier.Ordered>> byNaturalKey(
      SqlConnection tx, List<Barrier.Ordered> orders) {
    return tx.preparedQuery(BY_NATURAL_KEY)
        .execute(
            Columns.of(orders)
                .integer(orders::indexOf)
                .text(one -> key(one).tenant())
                .text(one -> key(one).deviceId())
                .text(one -> key(one).subject())
                .uuid(one -> key(one).profileId())
                .text(one -> key(one).item())
                .integer(one -> key(one).generation())
                .tuple())
        .map(
            rows -> {
              Map<UUID, Barrier.Ordered> found = new HashMap<>();
              rows.forEach(
                  row -> found.put(row.getUUID("request_id"), orders.get(row.getInteger("n"))));
              return found;
            });
  }

  private static NaturalKey key(Barrier.Ordered ordered) {
    return ordered.order().naturalKey();
  }

  Uni<Map<UUID, Known>> known(SqlConnection tx, Collection<UUID> requestIds) {
    return tx.preparedQuery(KNOWN)
        .execute(ids(requestIds))
        .map(
            rows -> {
              Map<UUID, Known> known = new HashMap<>();
              rows.forEach(row -> known.put(row.getUUID("request_id"), known(row)));
              return known;
            });
  }

  private static Known known(Row row) {
    return new Known(
        row.getString("serial") == null ? chosen(row) : facts(row),
        row.getString("key_sha256"),
        row.getUUID("package_id"));
  }

  private static CertificateFacts facts(Row row) {
    return new CertificateFacts(
        row.getString("ca_id"),
        row.getString("issuer"),
        row.getString("serial"),
        row.getString("subject"),
        Cells.instant(row, "not_before"),
        Cells.instant(row, "not_after"),
        row.getString("sha256"),
        row.getString("spki_sha256"));
  }

  private static @Nullable CertificateFacts chosen(Row row) {
    byte[] der = Cells.optionalBytes(row, "chosen");
    if (der == null) {
      return null;
    }
    try {
      ParsedCertificate certificate = Certificates.parse(der);
      return new CertificateFacts(
          row.getString("chosen_ca_id"),
          certificate.issuer().toRfc4514(),
          certificate.serialHex(),
          certificate.subject().toRfc4514(),
          certificate.notBefore(),
          certificate.notAfter(),
          row.getString("chosen_sha256"),
          certificate.spkiSha256());
    } catch (PkiException e) {
      return null;
    }
  }

  /** Certificates that came before the barrier and were not believed yet: request to serial. */
  Uni<Void> keepAsBarred(SqlConnection tx, Map<UUID, String> unchecked) {
    return unchecked.isEmpty()
        ? Uni.createFrom().voidItem()
        : tx.preparedQuery(KEEP_AS_BARRED)
            .execute(
                Columns.of(List.copyOf(unchecked.entrySet()))
                    .uuid(Map.Entry::getKey)
                    .text(Map.Entry::getValue)
                    .parameter(config.barredRevokeAfter().toMillis() / 1000.0)
                    .tuple())
            .replaceWithVoid();
  }

  /** Certificates that are not for the request's key are looked into by {@code Revocations}. */
  Uni<Void> quarantine(SqlConnection tx, List<UUID> foreign) {
    return foreign.isEmpty()
        ? Uni.createFrom().voidItem()
        : tx.preparedQuery(QUARANTINE).execute(ids(foreign)).replaceWithVoid();
  }

  private static Tuple ids(Collection<UUID> ids) {
    return Tuple.of((Object) ids.toArray(UUID[]::new));
  }
}
