package io.certferry.gateway.attempt;

import io.certferry.contracts.event.CaCommand;
import io.certferry.contracts.metric.GatewayMetrics;
import io.certferry.gateway.attempt.CertificateLedger.Entry;
import io.certferry.gateway.ca.ReachableCa;
import io.certferry.gateway.command.Action;
import io.certferry.gateway.command.ClaimedCommand;
import io.certferry.gateway.command.CommandId;
import io.certferry.gateway.command.CommandKind;
import io.certferry.gateway.command.CommandState;
import io.certferry.gateway.driver.FoundRequest;
import io.certferry.messaging.Cause;
import io.certferry.messaging.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Compares what a CA says it issued to us with our ledger (invariant I4), for CAs that can list it.
 * A certificate with a key of ours that is not the one its request kept is an extra and is revoked;
 * one with a key that we never submitted is counted and logged for the PKI admin, who alone can
 * know whose it is. Blocking.
 */
@ApplicationScoped
class Comparison {

  private static final Logger LOG = Logger.getLogger(Comparison.class);

  private static final Duration SLICE = Duration.ofSeconds(10);
  private static final int MOST_PATIENT = 10;

  private static final String KNOWN =
      """
      select c.issuer, c.serial from certificate c
      join unnest($1::text[], $2::text[]) as n (issuer, serial) using (issuer, serial)
      """;

  private static final String OURS =
      """
      select u.spki_sha256, u.request_id, u.tenant, c.state, c.attempts, c.payload, c.correlation_id
      from natural_key_use u join ca_command c on c.kind = 'SUBMIT' and c.id = u.request_id
      where u.spki_sha256 = any($1)
      """;

  private final Pool pool;
  private final CertificateLedger certificates;
  private final AttemptConfig config;
  private final InstantSource clock;
  private final Counter strangers;
  private final Map<String, Instant> last = new ConcurrentHashMap<>();
  private final Set<String> reported = ConcurrentHashMap.newKeySet();

  Comparison(
      Pool pool,
      CertificateLedger certificates,
      AttemptConfig config,
      InstantSource clock,
      MeterRegistry metrics) {
    this.pool = pool;
    this.certificates = certificates;
    this.config = config;
    this.clock = clock;
    this.strangers = Meters.counter(metrics, GatewayMetrics.UNEXPLAINED);
  }

  /**
   * Compares what the CA issued since the last time, up to the grace period.
   *
   * @param busy work goes first, for a while
   */
  void runIfDue(ReachableCa ca, boolean busy) {
    if (config.compareInterval().isZero() || !ca.driver().capabilities().listIssued()) {
      return;
    }
    Instant until = clock.instant().minus(config.compareGrace());
    Instant from = last.getOrDefault(ca.caId(), until.minus(config.compareWindow()));
    int patience = busy ? MOST_PATIENT : 1;
    if (!until.isBefore(from.plus(config.compareInterval().multipliedBy(patience)))) {
      run(ca, from, until);
      last.put(ca.caId(), until);
    }
  }

  /**
   * Compares slice by slice, so that a busy day never sits in memory; the number of extras found.
   */
  int run(ReachableCa ca, Instant from, Instant until) {
    int extras = 0;
    for (Instant start = from; start.isBefore(until); start = start.plus(SLICE)) {
      Instant end = start.plus(SLICE).isBefore(until) ? start.plus(SLICE) : until;
      extras += compare(ca, start, end);
    }
    return extras;
  }

  private int compare(ReachableCa ca, Instant from, Instant until) {
    List<HeldCertificate> listed =
        ca.driver().listIssued(from, until).stream()
            .filter(entry -> entry.status() == FoundRequest.Status.ISSUED)
            .flatMap(entry -> held(entry).stream())
            .toList();
    return listed.isEmpty()
        ? 0
        : pool.withTransaction(tx -> compare(tx, ca, listed)).await().indefinitely();
  }

  private static Optional<HeldCertificate> held(FoundRequest entry) {
    return entry.certificate() == null
        ? Optional.empty()
        : HeldCertificate.of(entry.certificate(), entry.caRequestId());
  }

  private Uni<Integer> compare(SqlConnection tx, ReachableCa ca, List<HeldCertificate> listed) {
    var columns =
        Columns.of(listed).text(HeldCertificate::issuer).text(h -> h.parsed().serialHex());
    return tx.preparedQuery(KNOWN)
        .execute(columns.tuple())
        .map(rows -> missing(listed, rows))
        .chain(missing -> explain(tx, ca, missing));
  }

  private static List<HeldCertificate> missing(List<HeldCertificate> listed, Iterable<Row> rows) {
    Set<String> known = new HashSet<>();
    rows.forEach(row -> known.add(row.getString("issuer") + "\n" + row.getString("serial")));
    return listed.stream().filter(h -> !known.contains(CertificateLedger.name(h))).toList();
  }

  private Uni<Integer> explain(SqlConnection tx, ReachableCa ca, List<HeldCertificate> missing) {
    if (missing.isEmpty()) {
      return Uni.createFrom().item(0);
    }
    var columns = Columns.of(missing).text(h -> h.parsed().spkiSha256());
    return tx.preparedQuery(OURS)
        .execute(columns.tuple())
        .map(rows -> extras(ca, missing, rows))
        .chain(extras -> certificates.revoke(tx, extras).replaceWith(extras.size()));
  }

  /** What belongs to an open request is its reconciliation's to find. */
  private List<Entry> extras(ReachableCa ca, List<HeldCertificate> missing, Iterable<Row> rows) {
    Map<String, Row> ours = new HashMap<>();
    rows.forEach(row -> ours.put(row.getString("spki_sha256"), row));
    List<Entry> extras = new ArrayList<>();
    for (HeldCertificate certificate : missing) {
      Row owner = ours.get(certificate.parsed().spkiSha256());
      if (owner == null) {
        unexplained(ca, certificate);
      } else if (owner.getString("state").equals(CommandState.DONE.name())) {
        extras.add(new Entry(recorded(owner), certificate, "extra"));
      }
    }
    return extras;
  }

  private void unexplained(ReachableCa ca, HeldCertificate certificate) {
    if (reported.add(certificate.parsed().sha256())) {
      strangers.increment();
      LOG.errorf(
          "event=unexplained-certificate caId=%s serial=%s caRequestId=%s",
          ca.caId(), certificate.parsed().serialHex(), certificate.caRequestId());
    }
  }

  private static Recorded recorded(Row owner) {
    CaCommand.SubmitCsr command =
        io.certferry.contracts.ContractJson.read(
            owner.getBuffer("payload").getBytes(), CaCommand.SubmitCsr.class);
    UUID requestId = owner.getUUID("request_id");
    ClaimedCommand claimed =
        new ClaimedCommand(
            new CommandId(CommandKind.SUBMIT, requestId),
            command,
            owner.getString("tenant"),
            Action.RECONCILE,
            0,
            owner.getInteger("attempts"),
            0,
            0,
            null,
            false,
            false,
            null,
            false,
            false,
            Cause.withCorrelationId(owner.getString("correlation_id")),
            Instant.EPOCH,
            Instant.EPOCH);
    return new Recorded(
        claimed, claimed.attempts(), Verdict.becoming(CommandState.DONE, Action.RECONCILE).build());
  }
}
