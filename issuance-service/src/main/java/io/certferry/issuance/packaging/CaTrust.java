package io.certferry.issuance.packaging;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.grant.Grant;
import io.certferry.contracts.grant.JwsKeys;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.CertificateChains;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ChainVerdict;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Whether the chain that came with a certificate is that of its CA; the same chain is checked once
 * in ten minutes.
 */
@Singleton
class CaTrust {

  private static final Logger LOG = Logger.getLogger(CaTrust.class);
  private static final Duration REMEMBERED = Duration.ofMinutes(10);
  private static final int MOST = 256;

  private static final String PIN =
      """
      insert into ca_pin (ca_id, root_sha256, root) values ($1, $2, $3)
      on conflict do nothing returning ca_id
      """;

  private static final String PINNED = "select root from ca_pin where ca_id = $1";

  private final Map<String, List<byte[]>> configured = new HashMap<>();
  private final Map<String, Remembered> remembered = new ConcurrentHashMap<>();
  private final Pool pool;
  private final AuditTrail audit;
  private final InstantSource clock;

  CaTrust(CaTrustConfig config, Pool pool, AuditTrail audit, InstantSource clock) {
    config.anchors().forEach((caId, file) -> configured.put(caId, read(file)));
    this.pool = pool;
    this.audit = audit;
    this.clock = clock;
  }

  private record Remembered(CaChain chain, Instant until) {}

  /**
   * The chain, once it is known to be the CA's; may ask the database, so no transaction may be
   * open.
   *
   * @param chain issuing CA first, root last
   * @throws UntrustedChainException if it is not
   */
  CaChain trusted(String caId, Grant grant, List<byte[]> chain, String chainSha256) {
    if (chain.isEmpty()) {
      throw new UntrustedChainException("the connector gave no chain");
    }
    String name = caId + "/" + chainSha256 + "/" + rootsOf(grant);
    Instant now = clock.instant();
    Remembered known = remembered.get(name);
    if (known != null && now.isBefore(known.until())) {
      return known.chain();
    }
    CaChain checked = check(caId, grant, chain, now);
    if (remembered.size() >= MOST) {
      remembered.clear();
    }
    remembered.put(name, new Remembered(checked, now.plus(REMEMBERED)));
    return checked;
  }

  private CaChain check(String caId, Grant grant, List<byte[]> chain, Instant now) {
    List<byte[]> anchors = anchors(caId, grant, chain);
    byte[] issuer = chain.get(0);
    if (anchors.stream().noneMatch(anchor -> Arrays.equals(anchor, issuer))) {
      ChainVerdict verdict =
          CertificateChains.verify(issuer, chain.subList(1, chain.size()), anchors, now);
      if (verdict instanceof ChainVerdict.Invalid invalid) {
        throw new UntrustedChainException(invalid.reason());
      }
    }
    try {
      return CaChain.of(chain);
    } catch (PkiException e) {
      throw new UntrustedChainException("the chain cannot be read");
    }
  }

  private List<byte[]> anchors(String caId, Grant grant, List<byte[]> chain) {
    List<byte[]> own = configured.get(caId);
    if (own != null) {
      return own;
    }
    return grant.roots().isEmpty()
        ? List.of(pinned(caId, chain.get(chain.size() - 1)))
        : grant.roots().stream().map(Bytes::toArray).toList();
  }

  private byte[] pinned(String caId, byte[] root) {
    pool.withTransaction(tx -> pin(tx, caId, root)).await().indefinitely();
    Row row =
        pool.preparedQuery(PINNED).execute(Tuple.of(caId)).await().indefinitely().iterator().next();
    return row.getBuffer("root").getBytes();
  }

  private Uni<Void> pin(SqlConnection tx, String caId, byte[] root) {
    String sha256 = JwsKeys.sha256Hex(root);
    return tx.preparedQuery(PIN)
        .execute(Tuple.of(caId, sha256, Buffer.buffer(root)))
        .flatMap(
            rows -> {
              if (rows.rowCount() == 0) {
                return Uni.createFrom().voidItem();
              }
              LOG.warnf("event=ca-root-pinned caId=%s sha256=%s", caId, sha256);
              return audit.append(
                  tx,
                  List.of(
                      new AuditEntry(
                          "-",
                          "ca-root.pinned",
                          "issuance-service",
                          "ca/" + caId,
                          Map.of("sha256", sha256))));
            });
  }

  private static String rootsOf(Grant grant) {
    return grant.roots().stream()
        .map(root -> JwsKeys.sha256Hex(root.toArray()))
        .reduce("", String::concat);
  }

  private static List<byte[]> read(Path file) {
    try {
      List<byte[]> certificates = Certificates.fromPem(Files.readAllBytes(file));
      certificates.forEach(Certificates::parse);
      return certificates;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the CA trust anchors " + file, e);
    }
  }
}
