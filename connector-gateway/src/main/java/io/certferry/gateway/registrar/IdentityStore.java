package io.certferry.gateway.registrar;

import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.pki.certificate.ParsedCertificate;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Tokens and identities in the database; time is the database's. Blocking. */
@ApplicationScoped
class IdentityStore {

  private static final String GIVE =
      """
      insert into enrolment_token (secret_sha256, tenant, connector_id, spki_sha256, expires_at)
      values ($1, $2, $3, $4, now() + make_interval(secs => $5))
      returning expires_at
      """;

  private static final String TAKE =
      """
      update enrolment_token t set used_at = now()
      where t.secret_sha256 = $1 and t.spki_sha256 = $2 and t.used_at is null and t.expires_at > now()
        and not exists (select 1 from connector c
                        where c.tenant = t.tenant and c.connector_id = t.connector_id and c.state = 'retired')
      returning t.tenant, t.connector_id
      """;

  private static final String RECORD =
      """
      insert into connector_identity (serial, tenant, connector_id, spki_sha256, occasion, not_after)
      values ($1, $2, $3, $4, $5, $6)
      """;

  private static final String FIND =
      """
      select i.tenant, i.connector_id, i.spki_sha256, coalesce(c.state = 'retired', false) as retired
      from connector_identity i left join connector c using (tenant, connector_id)
      where i.serial = $1
      """;

  private final Pool pool;
  private final AuditTrail audit;

  IdentityStore(Pool pool, AuditTrail audit) {
    this.pool = pool;
    this.audit = audit;
  }

  /** Whose something is. */
  record Owner(String tenant, String connectorId) {}

  /** An identity that was given. */
  record Known(Owner owner, String spkiSha256, boolean retired) {}

  /** Records a token by its hash; when it ends. */
  Instant give(String secretSha256, Owner owner, String spkiSha256, Duration life, String actor) {
    Tuple row =
        Tuple.of(
            secretSha256,
            owner.tenant(),
            owner.connectorId(),
            spkiSha256,
            life.toMillis() / 1000.0);
    return pool.withTransaction(
            tx ->
                tx.preparedQuery(GIVE)
                    .execute(row)
                    .call(() -> note(tx, owner, actor, "connector.token-issued", spkiSha256))
                    .map(rows -> rows.iterator().next().getOffsetDateTime(0).toInstant()))
        .await()
        .indefinitely();
  }

  /**
   * Uses a token up and records the identity that is made for it, together.
   *
   * @return empty if there is no such token for this key, or no longer
   */
  Optional<ParsedCertificate> enrol(
      String secretSha256, String spkiSha256, Function<Owner, ParsedCertificate> identity) {
    return pool.withTransaction(
            tx ->
                tx.preparedQuery(TAKE)
                    .execute(Tuple.of(secretSha256, spkiSha256))
                    .chain(rows -> enrolled(tx, rows, identity)))
        .await()
        .indefinitely();
  }

  private Uni<Optional<ParsedCertificate>> enrolled(
      SqlConnection tx, Iterable<Row> rows, Function<Owner, ParsedCertificate> identity) {
    for (Row row : rows) {
      Owner owner = owner(row);
      ParsedCertificate made = identity.apply(owner);
      return record(tx, owner, made, "enrolment").replaceWith(Optional.of(made));
    }
    return Uni.createFrom().item(Optional.empty());
  }

  /** Records a renewed identity. */
  void renewed(Owner owner, ParsedCertificate made) {
    pool.withTransaction(tx -> record(tx, owner, made, "renewal")).await().indefinitely();
  }

  private Uni<Void> record(SqlConnection tx, Owner owner, ParsedCertificate made, String occasion) {
    OffsetDateTime end = made.notAfter().atOffset(ZoneOffset.UTC);
    Tuple row =
        Tuple.of(
            made.serialHex(),
            owner.tenant(),
            owner.connectorId(),
            made.spkiSha256(),
            occasion,
            end);
    String actor = "connector/" + owner.connectorId();
    return tx.preparedQuery(RECORD)
        .execute(row)
        .chain(() -> note(tx, owner, actor, "connector." + occasion, made.spkiSha256()));
  }

  private Uni<Void> note(
      SqlConnection tx, Owner owner, String actor, String action, String spkiSha256) {
    AuditEntry entry =
        new AuditEntry(
            owner.tenant(),
            action,
            actor,
            "connector/" + owner.connectorId(),
            Map.of("spkiSha256", spkiSha256));
    return audit.append(tx, List.of(entry));
  }

  /** An identity by its serial. */
  Optional<Known> find(String serial) {
    for (Row row : pool.preparedQuery(FIND).execute(Tuple.of(serial)).await().indefinitely()) {
      return Optional.of(
          new Known(owner(row), row.getString("spki_sha256"), row.getBoolean("retired")));
    }
    return Optional.empty();
  }

  private static Owner owner(Row row) {
    return new Owner(row.getString("tenant"), row.getString("connector_id"));
  }
}
