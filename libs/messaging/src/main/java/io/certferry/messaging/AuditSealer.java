package io.certferry.messaging;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Chains new audit entries: each gets the next position of its writer and a hash over itself and
 * the entry before. Positions are given here and not at the append, so that business transactions
 * never wait for each other; the row lock on the chain's head makes several instances take turns.
 */
@Singleton
public class AuditSealer {

  private static final Logger LOG = Logger.getLogger(AuditSealer.class);
  private static final int HASH_BYTES = 32;

  private static final String START_CHAIN =
      """
      insert into audit_head (writer, position, hash, sealed_at) values ($1, 0, $2, now())
      on conflict do nothing
      """;

  private static final String LOCK_HEAD =
      "select position, hash from audit_head where writer = $1 for update skip locked";

  static final String UNSEALED =
      "select "
          + AuditRecord.COLUMNS
          + " from audit where writer = $1 and position is null order by occurred_at, id limit $2";

  private static final String SEAL =
      """
      update audit set position = s.position, previous_hash = s.previous_hash, hash = s.hash, sealed_at = now()
      from unnest($1::uuid[], $2::bigint[], $3::bytea[], $4::bytea[]) as s (id, position, previous_hash, hash)
      where audit.id = s.id
      """;

  private static final String MOVE_HEAD =
      "update audit_head set position = $2, hash = $3, sealed_at = now() where writer = $1";

  private final Pool pool;
  private final ServiceName writer;
  private final AuditConfig config;
  private final WorkLoop loop;
  private long checkpointDue = System.nanoTime();
  private long checkpointed;

  public AuditSealer(Pool pool, ServiceName writer, AuditConfig config) {
    this.pool = pool;
    this.writer = writer;
    this.config = config;
    this.loop = new WorkLoop("audit-sealer", 1, config.sealEvery(), this::turn);
  }

  void onStart(@Observes StartupEvent event) {
    if (!config.sealEvery().isZero()) {
      loop.start();
    }
  }

  void onStop(@Observes ShutdownEvent event) {
    loop.stop();
  }

  /**
   * Seals at most one batch on a worker thread and gives the number of entries sealed; 0 also while
   * another instance does it.
   */
  public Uni<Integer> sealOnce() {
    return Uni.createFrom()
        .item(this::turn)
        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
  }

  private synchronized int turn() {
    if (pool.withConnection(this::next).await().indefinitely().isEmpty()) {
      return 0;
    }
    Sealed sealed = pool.withTransaction(this::seal).await().indefinitely();
    if (sealed.count > 0) {
      checkpoint(sealed.head);
    }
    return sealed.count;
  }

  private Uni<List<AuditRecord>> next(SqlConnection connection) {
    return unsealed(connection, 1);
  }

  private Uni<Sealed> seal(SqlConnection tx) {
    return tx.preparedQuery(START_CHAIN)
        .execute(Tuple.of(writer.value(), Buffer.buffer(new byte[HASH_BYTES])))
        .chain(() -> tx.preparedQuery(LOCK_HEAD).execute(Tuple.of(writer.value())))
        .chain(head -> head.size() == 0 ? nothing() : sealAfter(tx, head.iterator().next()));
  }

  private Uni<Sealed> sealAfter(SqlConnection tx, Row head) {
    return unsealed(tx, config.batchSize())
        .chain(
            entries ->
                entries.isEmpty()
                    ? nothing()
                    : write(
                        tx, entries, head.getLong("position"), head.getBuffer("hash").getBytes()));
  }

  private Uni<Sealed> write(
      SqlConnection tx, List<AuditRecord> entries, long headPosition, byte[] headHash) {
    int count = entries.size();
    UUID[] ids = new UUID[count];
    Long[] positions = new Long[count];
    Buffer[] previousHashes = new Buffer[count];
    Buffer[] hashes = new Buffer[count];
    byte[] hash = headHash;
    for (int i = 0; i < count; i++) {
      ids[i] = entries.get(i).id();
      positions[i] = headPosition + i + 1;
      previousHashes[i] = Buffer.buffer(hash);
      hash = entries.get(i).hash(positions[i], hash);
      hashes[i] = Buffer.buffer(hash);
    }
    long end = headPosition + count;
    var head = new AuditCheckpoint(writer.value(), end, HexFormat.of().formatHex(hash));
    Tuple seals =
        Tuple.tuple()
            .addArrayOfUUID(ids)
            .addArrayOfLong(positions)
            .addValue(previousHashes)
            .addValue(hashes);
    return tx.preparedQuery(SEAL)
        .execute(seals)
        .chain(
            () ->
                tx.preparedQuery(MOVE_HEAD)
                    .execute(Tuple.of(writer.value(), end, hashes[count - 1])))
        .replaceWith(new Sealed(count, head));
  }

  private Uni<List<AuditRecord>> unsealed(SqlConnection connection, int limit) {
    return connection
        .preparedQuery(UNSEALED)
        .execute(Tuple.of(writer.value(), limit))
        .map(AuditSealer::records);
  }

  private static List<AuditRecord> records(RowSet<Row> rows) {
    List<AuditRecord> records = new ArrayList<>();
    rows.forEach(row -> records.add(AuditRecord.of(row)));
    return records;
  }

  private Uni<Sealed> nothing() {
    return Uni.createFrom().item(new Sealed(0, new AuditCheckpoint(writer.value(), 0, "")));
  }

  private void checkpoint(AuditCheckpoint head) {
    if (System.nanoTime() - checkpointDue < 0 || head.position() <= checkpointed) {
      return;
    }
    checkpointDue = System.nanoTime() + config.checkpointEvery().toNanos();
    checkpointed = head.position();
    LOG.infof(
        "event=audit-checkpoint writer=%s position=%d hash=%s",
        head.writer(), head.position(), head.hash());
    config.checkpointFile().ifPresent(file -> export(file, head));
  }

  private static void export(Path file, AuditCheckpoint head) {
    try {
      Files.writeString(
          file, head.toLine() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot append the audit checkpoint", e);
    }
  }

  private record Sealed(int count, AuditCheckpoint head) {}
}
