package io.certferry.messaging;

import io.certferry.messaging.AuditVerdict.Finding;
import io.certferry.messaging.AuditVerdict.Kind;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Reads this service's audit chain from its first entry and compares every hash. Within the
 * database an editor who rewrites everything up to the head leaves no trace; checkpoints kept
 * elsewhere show that too.
 */
@Singleton
public class AuditVerifier {

  private static final int PAGE = 2_000;
  private static final int MOST_FINDINGS = 100;

  private static final String ENTRIES =
      "select "
          + AuditRecord.COLUMNS
          + ", position, previous_hash, hash from audit where writer = $1 and position > $2"
          + " order by position limit $3";

  private static final String HEAD = "select position, hash from audit_head where writer = $1";

  private static final String COUNT_UNSEALED =
      "select count(*) from audit where writer = $1 and position is null";

  private final Pool pool;
  private final ServiceName writer;
  private final AuditConfig config;

  public AuditVerifier(Pool pool, ServiceName writer, AuditConfig config) {
    this.pool = pool;
    this.writer = writer;
    this.config = config;
  }

  /**
   * Verifies against the head, and against the exported checkpoints if a file is configured. Runs
   * on a worker thread.
   */
  public Uni<AuditVerdict> verify() {
    return onWorker(() -> verifyNow(config.checkpointFile().map(this::exported).orElse(List.of())));
  }

  /** Verifies against the head and these checkpoints; those of other writers are ignored. */
  public Uni<AuditVerdict> verify(List<AuditCheckpoint> checkpoints) {
    return onWorker(() -> verifyNow(checkpoints));
  }

  /** Verifies what stands behind a point that was verified before. */
  Uni<AuditVerdict> verifyAfter(AuditCheckpoint verified) {
    return onWorker(() -> walk(new Walk(List.of(), verified)));
  }

  private static Uni<AuditVerdict> onWorker(Supplier<AuditVerdict> work) {
    return Uni.createFrom().item(work).runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
  }

  private List<AuditCheckpoint> exported(Path file) {
    try {
      return Files.exists(file)
          ? Files.readAllLines(file).stream()
              .filter(line -> !line.isBlank())
              .map(AuditCheckpoint::parse)
              .toList()
          : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the audit checkpoints", e);
    }
  }

  private AuditVerdict verifyNow(List<AuditCheckpoint> checkpoints) {
    return walk(
        new Walk(
            checkpoints.stream().filter(this::isOurs).toList(),
            AuditCheckpoint.beforeFirst(writer.value())));
  }

  private AuditVerdict walk(Walk walk) {
    AuditCheckpoint headBefore = head();
    RowSet<Row> page;
    do {
      page = run(ENTRIES, Tuple.of(writer.value(), walk.position, PAGE));
      page.forEach(walk::take);
    } while (page.size() == PAGE);
    walk.finish(headBefore, head());
    long unsealed = run(COUNT_UNSEALED, Tuple.of(writer.value())).iterator().next().getLong(0);
    return new AuditVerdict(
        writer.value(),
        walk.findings.isEmpty(),
        walk.entries,
        unsealed,
        walk.end(),
        List.copyOf(walk.findings));
  }

  private boolean isOurs(AuditCheckpoint checkpoint) {
    return checkpoint.writer().equals(writer.value());
  }

  private AuditCheckpoint head() {
    RowSet<Row> rows = run(HEAD, Tuple.of(writer.value()));
    if (rows.size() == 0) {
      return new AuditCheckpoint(writer.value(), 0, "");
    }
    Row row = rows.iterator().next();
    return new AuditCheckpoint(
        writer.value(), row.getLong(0), hex(row.getBuffer("hash").getBytes()));
  }

  private RowSet<Row> run(String sql, Tuple parameters) {
    return pool.preparedQuery(sql).execute(parameters).await().indefinitely();
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** From entry to entry. */
  private final class Walk {
    private final Map<Long, String> checkpoints = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();
    private long lastCheckpoint;
    private long position;
    private long entries;
    private byte[] previous;

    Walk(List<AuditCheckpoint> known, AuditCheckpoint from) {
      position = from.position();
      previous = HexFormat.of().parseHex(from.hash());
      for (AuditCheckpoint checkpoint : known) {
        checkpoints.put(checkpoint.position(), checkpoint.hash());
        lastCheckpoint = Math.max(lastCheckpoint, checkpoint.position());
      }
    }

    void take(Row row) {
      long at = row.getLong("position");
      byte[] linked = row.getBuffer("previous_hash").getBytes();
      byte[] sealed = row.getBuffer("hash").getBytes();
      if (at != position + 1) {
        add(Kind.MISSING, position + 1, (at - position - 1) + " entries missing");
      } else if (!Arrays.equals(linked, previous)) {
        add(Kind.UNLINKED, at, "does not continue the entry before it");
      }
      if (!Arrays.equals(AuditRecord.of(row).hash(at, linked), sealed)) {
        add(Kind.ALTERED, at, "is not what was sealed here");
      }
      String kept = checkpoints.get(at);
      if (kept != null && !kept.equals(hex(sealed))) {
        add(Kind.REWRITTEN, at, "differs from the checkpoint");
      }
      position = at;
      previous = sealed;
      entries++;
    }

    /** Entries sealed while we read stand between the two heads. */
    void finish(AuditCheckpoint headBefore, AuditCheckpoint headAfter) {
      long expected = Math.max(headBefore.position(), lastCheckpoint);
      if (position < expected) {
        add(Kind.TRUNCATED, position + 1, "the chain went on to " + expected);
      } else if (position > headAfter.position()) {
        add(Kind.BEYOND_HEAD, headAfter.position() + 1, "the chain ended before");
      } else if (position == headAfter.position()
          && position > 0
          && !headAfter.hash().equals(hex(previous))) {
        add(Kind.REWRITTEN, position, "differs from the head");
      }
    }

    AuditCheckpoint end() {
      return new AuditCheckpoint(writer.value(), position, hex(previous));
    }

    private void add(Kind kind, long at, String detail) {
      if (findings.size() < MOST_FINDINGS) {
        findings.add(new Finding(kind, at, detail));
      }
    }
  }
}
