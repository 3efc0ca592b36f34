package io.certferry.gateway.auditor;

import io.certferry.gateway.attempt.SurplusCertificates;
import io.certferry.gateway.attempt.SurplusCertificates.Surplus;
import io.certferry.gateway.auditor.Audit.Line;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.EventIds;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Audits as rows; what a slice found and what follows from it are one transaction. Blocking. */
@ApplicationScoped
class AuditStore {

  private static final int MOST_LINES = 1000;

  private static final String BEGIN =
      """
      insert into ca_audit (id, ca_id, occasion, requested_by, covers_from, covers_until, reached, state)
      values ($1, $2, $3, $4, $5, $6, $5, $7)
      returning *
      """;

  /** Also what a process left behind that died. */
  private static final String CLAIM =
      """
      update ca_audit a set state = 'running', touched_at = now()
      from (select id from ca_audit
            where ca_id = any($1)
              and (state = 'waiting' or state = 'running' and touched_at < now() - interval '5 minutes')
            order by requested_at limit 1 for update skip locked) next
      where a.id = next.id
      returning a.*
      """;

  private static final String FOUND =
      """
      insert into ca_audit_finding (audit_id, kind, issuer, serial, tenant, request_id, consequence)
      select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[])
      on conflict do nothing
      """;

  private static final String NOBODYS =
      """
      select kind, issuer, serial, request_id, consequence from ca_audit_finding
      where audit_id = $1 and kind = 'unexplained' and consequence = 'reported' order by issuer, serial limit $2
      """;

  private static final String DIFFERENCES =
      """
      select count(*) from ca_audit_finding
      where audit_id = $1 and kind <> 'revoked-elsewhere' and not (kind = 'unexplained' and consequence = 'revoked')
      """;

  private static final String REVOKED =
      """
      update ca_audit_finding set consequence = 'revoked'
      where audit_id = $1 and kind = $2 and issuer = $3 and serial = $4
      """;

  private static final String REACHED =
      "update ca_audit set reached = $2, listed = listed + $3, touched_at = now() where id = $1";

  private static final String FINISH =
      "update ca_audit set state = $2, failure = $3, finished_at = now() where id = $1";

  /** Of the scheduled ones that found nothing the newest tells all. */
  private static final String FORGET =
      """
      delete from ca_audit a
      where a.ca_id = $1 and a.occasion = 'scheduled' and a.state = 'done' and a.id <> $2
        and not exists (select 1 from ca_audit_finding f where f.audit_id = a.id)
      """;

  private static final String LIST =
      "select * from ca_audit where ca_id = $1 order by requested_at desc limit $2";

  private static final String FIND = "select * from ca_audit where id = $1 and ca_id = $2";

  private static final String COUNTS =
      "select kind, count(*) as findings from ca_audit_finding where audit_id = $1 group by kind";

  private static final String LINES =
      """
      select kind, issuer, serial, request_id, consequence from ca_audit_finding
      where audit_id = $1 and (tenant is null or tenant = $2) order by kind, issuer, serial limit $3
      """;

  private final Pool pool;
  private final SurplusCertificates surplus;
  private final AuditTrail trail;

  AuditStore(Pool pool, SurplusCertificates surplus, AuditTrail trail) {
    this.pool = pool;
    this.surplus = surplus;
    this.trail = trail;
  }

  /** An audit that somebody asks for. */
  Audit request(String caId, Instant from, Instant until, String tenant, String actor) {
    UUID id = EventIds.next();
    AuditEntry entry =
        new AuditEntry(
            tenant,
            "ca.audit-requested",
            actor,
            "ca/" + caId,
            Map.of("audit", id.toString(), "from", from.toString(), "until", until.toString()));
    Tuple row = begun(id, caId, "on-demand", actor, from, until, "waiting");
    return pool.withTransaction(
            tx ->
                tx.preparedQuery(BEGIN)
                    .execute(row)
                    .call(() -> trail.append(tx, List.of(entry)))
                    .map(rows -> audit(rows.iterator().next())))
        .await()
        .indefinitely();
  }

  /** One that is due, in the hands of its caller. */
  Audit schedule(String caId, Instant from, Instant until, String actor) {
    return begin("scheduled", caId, from, until, actor);
  }

  /** One after a restore, in the hands of its caller. */
  Audit afterRestore(String caId, Instant from, Instant until, String actor) {
    return begin("restore", caId, from, until, actor);
  }

  private Audit begin(String occasion, String caId, Instant from, Instant until, String actor) {
    Tuple row = begun(EventIds.next(), caId, occasion, actor, from, until, "running");
    return audit(select(BEGIN, row).iterator().next());
  }

  private static Tuple begun(
      UUID id, String caId, String occasion, String by, Instant from, Instant until, String state) {
    return Tuple.tuple()
        .addUUID(id)
        .addString(caId)
        .addString(occasion)
        .addString(by)
        .addValue(time(from))
        .addValue(time(until))
        .addString(state);
  }

  /** The next one that waits, for one of these CAs. */
  Optional<Audit> claim(Collection<String> caIds) {
    Tuple parameters = Tuple.tuple().addArrayOfString(caIds.toArray(String[]::new));
    return stream(select(CLAIM, parameters)).map(AuditStore::audit).findFirst();
  }

  /** What a slice showed, with its consequences. */
  void record(Audit audit, Instant reached, Slice.Result result) {
    pool.withTransaction(tx -> record(tx, audit, reached, result)).await().indefinitely();
  }

  private Uni<Void> record(SqlConnection tx, Audit audit, Instant reached, Slice.Result result) {
    Tuple progress = Tuple.of(audit.id(), time(reached), (long) result.listed());
    Uni<Void> progressed = tx.preparedQuery(REACHED).execute(progress).replaceWithVoid();
    return result.findings().isEmpty()
        ? progressed
        : progressed
            .chain(() -> tx.preparedQuery(FOUND).execute(found(audit.id(), result.findings())))
            .chain(() -> surplus.takeBack(tx, extras(result.findings())))
            .chain(() -> surplus.lookNow(tx, orphans(result.findings())));
  }

  private static Tuple found(UUID audit, List<Finding> findings) {
    return Tuple.tuple()
        .addUUID(audit)
        .addArrayOfString(texts(findings, f -> f.kind().text()))
        .addArrayOfString(texts(findings, Finding::issuer))
        .addArrayOfString(texts(findings, Finding::serial))
        .addArrayOfString(texts(findings, Finding::tenant))
        .addArrayOfUUID(findings.stream().map(Finding::requestId).toArray(UUID[]::new))
        .addArrayOfString(texts(findings, Finding::consequence));
  }

  private static String[] texts(
      List<Finding> findings, Function<Finding, @Nullable String> column) {
    return findings.stream().map(column).toArray(String[]::new);
  }

  /** How many of its findings may be a second live certificate. */
  long differences(Audit audit) {
    return select(DIFFERENCES, Tuple.of(audit.id())).iterator().next().getLong(0);
  }

  /** Live certificates of keys that nobody here has, some of them. */
  List<Line> nobodys(Audit audit) {
    return stream(select(NOBODYS, Tuple.of(audit.id(), MOST_LINES))).map(AuditStore::line).toList();
  }

  /** What was only reported was taken back at the CA. */
  void revoked(Audit audit, Line line) {
    select(REVOKED, Tuple.of(audit.id(), line.kind(), line.issuer(), line.serial()));
  }

  private static List<Surplus> extras(List<Finding> findings) {
    List<Surplus> extras = new ArrayList<>();
    for (Finding finding : findings) {
      if (finding.kind() == FindingKind.EXTRA) {
        extras.add(
            new Surplus(
                Objects.requireNonNull(finding.requestId()),
                Objects.requireNonNull(finding.certificate()),
                finding.caRequestId()));
      }
    }
    return extras;
  }

  private static List<UUID> orphans(List<Finding> findings) {
    List<UUID> orphans = new ArrayList<>();
    for (Finding finding : findings) {
      if (finding.kind() == FindingKind.ORPHAN) {
        orphans.add(Objects.requireNonNull(finding.requestId()));
      }
    }
    return orphans;
  }

  /**
   * Ends an audit.
   *
   * @param failure null when it is done
   */
  void finish(Audit audit, @Nullable String failure) {
    select(
        FINISH,
        Tuple.tuple()
            .addUUID(audit.id())
            .addString(failure == null ? "done" : "failed")
            .addString(failure));
    if (failure == null) {
      select(FORGET, Tuple.of(audit.caId(), audit.id()));
    }
  }

  /** The newest audits of a CA. */
  List<Audit> list(String caId, int most) {
    return stream(select(LIST, Tuple.of(caId, most))).map(AuditStore::audit).toList();
  }

  /** One audit, with the findings of one tenant and those that are nobody's. */
  Optional<Audit.Report> find(String caId, UUID id, String tenant) {
    return stream(select(FIND, Tuple.of(id, caId)))
        .map(row -> new Audit.Report(audit(row), counts(id), lines(id, tenant)))
        .findFirst();
  }

  private Map<String, Long> counts(UUID id) {
    Map<String, Long> counts = new TreeMap<>();
    select(COUNTS, Tuple.of(id))
        .forEach(row -> counts.put(row.getString("kind"), row.getLong("findings")));
    return counts;
  }

  private List<Line> lines(UUID id, String tenant) {
    return stream(select(LINES, Tuple.of(id, tenant, MOST_LINES))).map(AuditStore::line).toList();
  }

  private RowSet<Row> select(String sql, Tuple parameters) {
    return pool.preparedQuery(sql).execute(parameters).await().indefinitely();
  }

  private static java.util.stream.Stream<Row> stream(RowSet<Row> rows) {
    return StreamSupport.stream(rows.spliterator(), false);
  }

  private static OffsetDateTime time(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private static Line line(Row row) {
    return new Line(
        row.getString("kind"),
        row.getString("issuer"),
        row.getString("serial"),
        row.getUUID("request_id"),
        row.getString("consequence"));
  }

  private static Audit audit(Row row) {
    OffsetDateTime finishedAt = row.getOffsetDateTime("finished_at");
    return new Audit(
        row.getUUID("id"),
        row.getString("ca_id"),
        row.getString("occasion"),
        row.getString("requested_by"),
        row.getOffsetDateTime("covers_from").toInstant(),
        row.getOffsetDateTime("covers_until").toInstant(),
        row.getOffsetDateTime("reached").toInstant(),
        row.getString("state"),
        row.getLong("listed"),
        row.getString("failure"),
        row.getOffsetDateTime("requested_at").toInstant(),
        finishedAt == null ? null : finishedAt.toInstant());
  }
}
