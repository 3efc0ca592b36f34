package io.certferry.gateway.driver.builtin;

import io.certferry.gateway.driver.OwnAuthority.Tier;
import io.certferry.pki.PkiException;
import io.certferry.pki.ca.CaCertificates;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.Certificates.Validity;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.KeyWrap;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import io.certferry.pki.key.SigningKey;
import io.certferry.pki.key.WrappingContext;
import io.certferry.pki.name.DistinguishedName;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Makes a CA's two tiers once and reads them ever after. Several instances may start together: each
 * makes keys, the first to take the lock stores its own, the others drop theirs and read.
 */
final class HierarchyStore {

  private static final String SELECT =
      "select tier, certificate, wrapped_key from builtin_ca.authority where ca_id = $1";

  private static final String LOCK =
      "select pg_advisory_xact_lock(hashtextextended('certferry builtin CA ' || $1, 0))";

  private static final String INSERT =
      """
      insert into builtin_ca.authority (ca_id, tier, subject, certificate, spki_sha256, wrapped_key)
      values ($1, $2, $3, $4, $5, $6)
      """;

  private final String caId;
  private final Pool pool;
  private final BuiltinConfig config;
  private final SecretBytes keyFile;
  private final InstantSource clock;

  HierarchyStore(
      String caId, Pool pool, BuiltinConfig config, SecretBytes keyFile, InstantSource clock) {
    this.caId = caId;
    this.pool = pool;
    this.config = config;
    this.keyFile = keyFile;
    this.clock = clock;
  }

  private record Sealed(Tier tier, byte[] certificate, byte[] wrappedKey) {}

  /** Reads both tiers, making them first if there are none. */
  Hierarchy open() {
    Map<Tier, Sealed> found = await(pool.withConnection(this::select));
    return opened(found.isEmpty() ? create() : found);
  }

  private Map<Tier, Sealed> create() {
    List<Sealed> made = make();
    return await(
        pool.withTransaction(
            tx ->
                tx.preparedQuery(LOCK)
                    .execute(Tuple.of(caId))
                    .chain(() -> select(tx))
                    .chain(
                        found ->
                            found.isEmpty() ? insert(tx, made) : Uni.createFrom().item(found))));
  }

  private List<Sealed> make() {
    KeySpec spec = KeySpec.parse(config.keySpec());
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    try (GeneratedKey rootKey = KeyPairs.generate(spec);
        GeneratedKey issuingKey = KeyPairs.generate(spec)) {
      byte[] root =
          CaCertificates.selfSignedRoot(
              DistinguishedName.ofCommonName(config.rootName()),
              rootKey,
              validity(now, config.rootValidity()));
      byte[] issuing =
          CaCertificates.intermediate(
              DistinguishedName.ofCommonName(config.issuingName()),
              issuingKey.spki(),
              validity(now, config.issuingValidity()),
              PublicUrls.of(config.publicUrl(), caId, Tier.ROOT),
              SigningKey.of(rootKey),
              root);
      return List.of(seal(Tier.ROOT, root, rootKey), seal(Tier.ISSUING, issuing, issuingKey));
    }
  }

  /** Inclusive: the last second still counts. */
  private static Validity validity(Instant from, Duration length) {
    return new Validity(from, from.plus(length).minusSeconds(1));
  }

  private Sealed seal(Tier tier, byte[] certificate, GeneratedKey key) {
    byte[] wrapped =
        KeyWrap.wrap(
            keyFile.expose(SecretAccess.granted()), key.pkcs8(), context(tier, key.spki()).aad());
    return new Sealed(tier, certificate, wrapped);
  }

  private WrappingContext context(Tier tier, byte[] spki) {
    return WrappingContext.ofKey("builtin-ca-key", spki, caId, name(tier));
  }

  private Hierarchy opened(Map<Tier, Sealed> stored) {
    return new Hierarchy(opened(stored, Tier.ROOT), opened(stored, Tier.ISSUING));
  }

  private Authority opened(Map<Tier, Sealed> all, Tier tier) {
    Sealed stored = all.get(tier);
    if (stored == null) {
      throw new IllegalStateException("the built-in CA " + caId + " has no " + name(tier));
    }
    byte[] spki = Certificates.parse(stored.certificate()).spki();
    try (SecretBytes key =
        KeyWrap.unwrap(
            keyFile.expose(SecretAccess.granted()),
            stored.wrappedKey(),
            context(tier, spki).aad())) {
      return Authority.of(stored.certificate(), SigningKey.of(key, spki));
    } catch (PkiException e) {
      throw new IllegalStateException(
          "the key file in certferry.builtin.directory is not the one that sealed CA " + caId, e);
    }
  }

  private Uni<Map<Tier, Sealed>> select(SqlConnection connection) {
    return connection.preparedQuery(SELECT).execute(Tuple.of(caId)).map(HierarchyStore::read);
  }

  private static Map<Tier, Sealed> read(RowSet<Row> rows) {
    Map<Tier, Sealed> all = new HashMap<>();
    for (Row row : rows) {
      Tier tier = Tier.valueOf(row.getString("tier").toUpperCase(Locale.ROOT));
      all.put(
          tier,
          new Sealed(
              tier,
              row.getBuffer("certificate").getBytes(),
              row.getBuffer("wrapped_key").getBytes()));
    }
    return all;
  }

  private Uni<Map<Tier, Sealed>> insert(SqlConnection tx, List<Sealed> made) {
    return tx.preparedQuery(INSERT)
        .executeBatch(made.stream().map(this::row).toList())
        .map(
            rows -> {
              Map<Tier, Sealed> all = new HashMap<>();
              made.forEach(stored -> all.put(stored.tier(), stored));
              return all;
            });
  }

  private Tuple row(Sealed stored) {
    var parsed = Certificates.parse(stored.certificate());
    return Tuple.tuple()
        .addValue(caId)
        .addValue(name(stored.tier()))
        .addValue(parsed.subject().toRfc4514())
        .addValue(Buffer.buffer(stored.certificate()))
        .addValue(parsed.spkiSha256())
        .addValue(Buffer.buffer(stored.wrappedKey()));
  }

  private static String name(Tier tier) {
    return tier.name().toLowerCase(Locale.ROOT);
  }

  private static <T> T await(Uni<T> uni) {
    return uni.await().indefinitely();
  }
}
