package io.certferry.pfximport.importkey;

import io.certferry.edge.PageRequest;
import io.certferry.edge.ProblemException;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.EventIds;
import io.certferry.pki.Digests;
import io.certferry.pki.custody.OaepHash;
import io.certferry.pki.key.SecretBytes;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.event.Event;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The tenants' import keys: made, rotated, used and retired. Blocks unless it gives a {@code Uni}.
 */
@Singleton
public class ImportKeyRing {

  private static final String UNIQUE_VIOLATION = "23505";

  private final ImportKeys store;
  private final ImportKeyTable table;
  private final Pool pool;
  private final AuditTrail audit;
  private final Event<KeyRotated> rotations;
  private final InstantSource clock;

  ImportKeyRing(
      ImportKeys store,
      ImportKeyTable table,
      Pool pool,
      AuditTrail audit,
      Event<KeyRotated> rotations,
      InstantSource clock) {
    this.store = store;
    this.table = table;
    this.pool = pool;
    this.audit = audit;
    this.rotations = rotations;
    this.clock = clock;
  }

  /**
   * The first version of a name.
   *
   * @throws ProblemException 409 if the name is taken
   */
  ImportKey create(String tenant, String providerName, String keyName, int bits, String actor) {
    if (!table.versions(tenant, providerName, keyName).isEmpty()) {
      throw taken();
    }
    return add(tenant, providerName, keyName, 1, bits, actor, "import-key.created");
  }

  /**
   * The next version of a key; the older ones only open from now on.
   *
   * @throws ProblemException 404, or 409 if another rotation was faster
   */
  ImportKey rotate(String tenant, UUID id, int bits, String actor) {
    ImportKey key = table.find(tenant, id).orElseThrow(ProblemException::notFound);
    int next = table.versions(tenant, key.providerName(), key.keyName()).get(0).version() + 1;
    ImportKey newer =
        add(tenant, key.providerName(), key.keyName(), next, bits, actor, "import-key.rotated");
    rotations.fire(new KeyRotated(tenant, key.providerName(), key.keyName()));
    return newer;
  }

  private ImportKey add(
      String tenant,
      String providerName,
      String keyName,
      int version,
      int bits,
      String actor,
      String action) {
    UUID id = EventIds.next();
    byte[] spki = store.create(id, bits);
    ImportKey key =
        new ImportKey(
            id,
            tenant,
            providerName,
            keyName,
            version,
            bits,
            spki,
            Digests.sha256Hex(spki),
            ImportKey.State.CURRENT,
            clock.instant(),
            null);
    try {
      pool.withTransaction(tx -> table.insert(tx, key).chain(() -> record(tx, key, action, actor)))
          .await()
          .indefinitely();
      return key;
    } catch (RuntimeException e) {
      store.destroy(id);
      if (e instanceof PgException pg && UNIQUE_VIOLATION.equals(pg.getSqlState())) {
        throw taken();
      }
      throw e;
    }
  }

  private static ProblemException taken() {
    return ProblemException.conflict("an import key of this name is there already");
  }

  /**
   * Destroys an older version.
   *
   * @throws ProblemException 404; 409 if it is the current one or something is sealed to it
   */
  void retire(String tenant, UUID id, String actor) {
    pool.withTransaction(tx -> retire(tx, tenant, id, actor)).await().indefinitely();
    store.destroy(id);
  }

  private Uni<Void> retire(SqlConnection tx, String tenant, UUID id, String actor) {
    return table
        .lock(tx, tenant, id)
        .map(found -> found.orElseThrow(ProblemException::notFound))
        .invoke(ImportKeyRing::refuseCurrent)
        .call(key -> table.sealedTo(tx, key.spkiSha256()).invoke(ImportKeyRing::refuseUsed))
        .call(key -> table.retire(tx, id, clock.instant()))
        .chain(key -> record(tx, key, "import-key.retired", actor));
  }

  private static void refuseCurrent(ImportKey key) {
    if (key.state() == ImportKey.State.CURRENT) {
      throw ProblemException.conflict("it is the current version: rotate first");
    }
  }

  private static void refuseUsed(long imports) {
    if (imports > 0) {
      throw ProblemException.conflict(imports + " imports are still sealed to it");
    }
  }

  private Uni<Void> record(SqlConnection tx, ImportKey key, String action, String actor) {
    return audit.append(
        tx,
        List.of(
            new AuditEntry(
                key.tenant(),
                action,
                actor,
                "import-key/" + key.id(),
                Map.of(
                    "providerName", key.providerName(),
                    "keyName", key.keyName(),
                    "version", Integer.toString(key.version()),
                    "spkiSha256", key.spkiSha256(),
                    "store", store.name()))));
  }

  Optional<ImportKey> find(String tenant, UUID id) {
    return table.find(tenant, id);
  }

  List<ImportKey> page(String tenant, PageRequest page) {
    return table.page(tenant, page);
  }

  long sealedTo(ImportKey key) {
    return table.sealedTo(pool, key.spkiSha256()).await().indefinitely();
  }

  /**
   * The versions that open what was encrypted to a name, the current first; empty texts are any.
   */
  public List<ImportKey> opening(String tenant, String providerName, String keyName) {
    return table.opening(tenant, providerName, keyName);
  }

  /** The key that a sealed import names, retired or not. */
  public Optional<ImportKey> bySha256(String tenant, String spkiSha256) {
    return table.bySha256(tenant, spkiSha256);
  }

  /**
   * What an import that is sealed to a key has to be sealed to: the current version of its name.
   */
  public Optional<ImportKey> successorOf(ImportKey key) {
    return table.versions(key.tenant(), key.providerName(), key.keyName()).stream()
        .filter(version -> version.state() == ImportKey.State.CURRENT)
        .findFirst();
  }

  /** Keeps a key from being retired until the transaction ends; false if it is retired. */
  public Uni<Boolean> hold(SqlConnection tx, String spkiSha256) {
    return table.hold(tx, spkiSha256);
  }

  /**
   * Opens with a key's private half.
   *
   * @throws KeyStoreUnavailableException if the key store cannot be reached
   * @throws io.certferry.pki.PkiException INTEGRITY or MALFORMED if it does not open
   */
  public SecretBytes decrypt(ImportKey key, OaepHash hash, byte[] label, byte[] cipherText) {
    return store.decrypt(key.id(), key.bits(), hash, label, cipherText);
  }
}
