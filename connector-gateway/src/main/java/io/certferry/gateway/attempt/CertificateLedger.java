package io.certferry.gateway.attempt;

import io.certferry.contracts.event.CaCommand;
import io.certferry.contracts.metric.GatewayMetrics;
import io.certferry.gateway.command.Action;
import io.certferry.gateway.command.CommandIntake;
import io.certferry.gateway.command.CommandState;
import io.certferry.gateway.command.NewCommand;
import io.certferry.messaging.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Every certificate that a CA is known to have issued to us: one kept by each request, the others
 * on their way to revocation.
 */
@ApplicationScoped
class CertificateLedger {

  private static final Logger LOG = Logger.getLogger(CertificateLedger.class);
  private static final Duration QUARANTINE = Duration.ofHours(1);

  private static final String INSERT =
      """
      insert into certificate (issuer, serial, request_id, attempt_no, ca_id, tenant, ca_request_id, subject, spki_sha256,
                               sha256, not_before, not_after, certificate, role, adopted)
      select * from unnest($1::text[], $2::text[], $3::uuid[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[],
                           $9::text[], $10::text[], $11::timestamptz[], $12::timestamptz[], $13::bytea[], $14::text[],
                           $15::bool[]) as c (issuer, serial)
      order by issuer, serial
      on conflict do nothing
      returning issuer, serial
      """;

  private static final String FOREIGN =
      "select spki_sha256 from natural_key_use where spki_sha256 = any($1)";

  private final CommandIntake intake;
  private final InstantSource clock;
  private final Counter duplicateSerials;

  CertificateLedger(CommandIntake intake, InstantSource clock, MeterRegistry metrics) {
    this.intake = intake;
    this.clock = clock;
    this.duplicateSerials = Meters.counter(metrics, GatewayMetrics.DUPLICATE_SERIALS);
  }

  /** A certificate with the request that it came for. */
  record Entry(Recorded recorded, HeldCertificate certificate, String role) {}

  /**
   * Records the certificates that requests keep. A CA that gives a serial twice has lost its
   * memory: such a request stays unknown, and somebody is paged.
   *
   * @return the records as they may be applied
   */
  Uni<List<Recorded>> keep(SqlConnection tx, List<Recorded> records) {
    List<Entry> kept = new ArrayList<>();
    for (Recorded recorded : records) {
      if (recorded.verdict().kept() != null) {
        kept.add(new Entry(recorded, recorded.verdict().kept(), "kept"));
      }
    }
    return kept.isEmpty()
        ? Uni.createFrom().item(records)
        : insert(tx, kept).map(stored -> quarantined(records, stored));
  }

  private List<Recorded> quarantined(List<Recorded> records, Set<String> stored) {
    return records.stream().map(recorded -> quarantined(recorded, stored)).toList();
  }

  private Recorded quarantined(Recorded recorded, Set<String> stored) {
    HeldCertificate kept = recorded.verdict().kept();
    if (kept == null || stored.contains(name(kept))) {
      return recorded;
    }
    duplicateSerials.increment();
    LOG.errorf(
        "event=duplicate-serial caId=%s requestId=%s serial=%s",
        recorded.claimed().caId(),
        recorded.claimed().command().requestId(),
        kept.parsed().serialHex());
    Verdict quarantine =
        Verdict.becoming(CommandState.WAITING, Action.RECONCILE)
            .after(QUARANTINE)
            .unknown(true)
            .attempt("unknown", "duplicate-serial")
            .build();
    return new Recorded(recorded.claimed(), recorded.attempt(), quarantine);
  }

  /**
   * Records what is ours beyond the kept certificates, and orders its revocation; strays of other
   * requests are left alone.
   */
  Uni<Void> surplus(SqlConnection tx, List<Recorded> records) {
    List<Entry> extras = new ArrayList<>();
    List<Entry> strays = new ArrayList<>();
    for (Recorded recorded : records) {
      recorded.verdict().extras().forEach(c -> extras.add(new Entry(recorded, c, "extra")));
      recorded.verdict().strays().forEach(c -> strays.add(new Entry(recorded, c, "extra")));
    }
    return extras.isEmpty() && strays.isEmpty()
        ? Uni.createFrom().voidItem()
        : foreign(tx, strays)
            .chain(
                foreign ->
                    revoke(
                        tx,
                        Stream.concat(
                                extras.stream(),
                                strays.stream()
                                    .filter(
                                        s ->
                                            !foreign.contains(
                                                s.certificate().parsed().spkiSha256())))
                            .toList()));
  }

  private static Uni<Set<String>> foreign(SqlConnection tx, List<Entry> strays) {
    if (strays.isEmpty()) {
      return Uni.createFrom().item(Set.of());
    }
    var columns = Columns.of(strays).text(s -> s.certificate().parsed().spkiSha256());
    return tx.preparedQuery(FOREIGN)
        .execute(columns.tuple())
        .map(
            rows -> {
              Set<String> known = new HashSet<>();
              rows.forEach(row -> known.add(row.getString(0)));
              return known;
            });
  }

  /** Records certificates that nobody may use, and orders their revocation. */
  Uni<Void> revoke(SqlConnection tx, List<Entry> entries) {
    return entries.isEmpty()
        ? Uni.createFrom().voidItem()
        : insert(tx, entries)
            .chain(() -> intake.take(tx, entries.stream().map(this::revocation).toList()));
  }

  private NewCommand revocation(Entry entry) {
    HeldCertificate certificate = entry.certificate();
    String caId = entry.recorded().claimed().caId();
    UUID id =
        UUID.nameUUIDFromBytes((caId + "\n" + name(certificate)).getBytes(StandardCharsets.UTF_8));
    LOG.warnf(
        "event=extra-certificate caId=%s requestId=%s serial=%s",
        caId, entry.recorded().claimed().command().requestId(), certificate.parsed().serialHex());
    return NewCommand.extra(
        id,
        new CaCommand.RevokeCertificate(
            entry.recorded().claimed().command().requestId(),
            caId,
            id,
            entry.recorded().naturalKey(),
            certificate.issuer(),
            certificate.parsed().serialHex(),
            "superseded",
            ""),
        entry.recorded().claimed().tenant(),
        clock.instant(),
        entry.recorded().claimed().cause());
  }

  /** Inserts; the names of those that were not there. */
  Uni<Set<String>> insert(SqlConnection tx, List<Entry> entries) {
    var columns =
        Columns.of(entries)
            .text(e -> e.certificate().issuer())
            .text(e -> e.certificate().parsed().serialHex())
            .uuid(e -> e.recorded().claimed().command().requestId())
            .integer(e -> e.recorded().attempt())
            .text(e -> e.recorded().claimed().caId())
            .text(e -> e.recorded().claimed().tenant())
            .text(e -> e.certificate().caRequestId())
            .text(e -> e.certificate().parsed().subject().toRfc4514())
            .text(e -> e.certificate().parsed().spkiSha256())
            .text(e -> e.certificate().parsed().sha256())
            .time(e -> e.certificate().parsed().notBefore())
            .time(e -> e.certificate().parsed().notAfter())
            .bytes(e -> e.certificate().der().toArray())
            .text(Entry::role)
            .flag(e -> e.recorded().verdict().adopted());
    return tx.preparedQuery(INSERT).execute(columns.tuple()).map(CertificateLedger::names);
  }

  private static Set<String> names(RowSet<Row> rows) {
    Set<String> names = new HashSet<>();
    rows.forEach(row -> names.add(row.getString("issuer") + "\n" + row.getString("serial")));
    return names;
  }

  static String name(HeldCertificate certificate) {
    return certificate.issuer() + "\n" + certificate.parsed().serialHex();
  }
}
