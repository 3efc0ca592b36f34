package io.certferry.gateway.attempt;

import io.certferry.contracts.ContractJson;
import io.certferry.contracts.EventTypes;
import io.certferry.contracts.event.CaResult;
import io.certferry.gateway.attempt.CertificateLedger.Entry;
import io.certferry.gateway.command.CommandKind;
import io.certferry.gateway.command.CommandState;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.OutboundEvent;
import io.certferry.messaging.Outbox;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Results of a lease that was lost (invariant I12). They change no state as such, but nothing is
 * thrown away: the answer is kept as evidence, and a certificate in it is adopted if its request
 * has none yet, and revoked otherwise.
 */
@ApplicationScoped
class LateResults {

  private static final Logger LOG = Logger.getLogger(LateResults.class);

  private static final String LOCK =
      "select state from ca_command where kind = 'SUBMIT' and id = $1 for update";

  private static final String EVIDENCE =
      """
      insert into attempt_evidence (request_id, attempt_no, lease_epoch, outcome, outcome_code, ca_request_id, certificate,
                                    consequence)
      values ($1, $2, $3, $4, $5, $6, $7, $8)
      """;

  private static final String KNOWN =
      "select 1 from certificate where issuer = $1 and serial = $2 and request_id = $3";

  private static final String ADOPT =
      """
      update ca_command
      set state = 'DONE', lease_owner = null, lease_until = null, lease_epoch = lease_epoch + 1, next_attempt_at = null,
          finished_at = now(), unknown_since = null, pending_since = null, result_type = $2, result = $3
      where kind = 'SUBMIT' and id = $1
      """;

  private final CertificateLedger certificates;
  private final Outbox outbox;
  private final AuditTrail audit;
  private final OutcomeAudit entries;

  LateResults(
      CertificateLedger certificates, Outbox outbox, AuditTrail audit, OutcomeAudit entries) {
    this.certificates = certificates;
    this.outbox = outbox;
    this.audit = audit;
    this.entries = entries;
  }

  Uni<Void> take(SqlConnection tx, List<Recorded> stale) {
    return Multi.createFrom()
        .iterable(stale)
        .onItem()
        .transformToUniAndConcatenate(recorded -> take(tx, recorded))
        .collect()
        .last()
        .replaceWithVoid();
  }

  private Uni<Void> take(SqlConnection tx, Recorded recorded) {
    LOG.warnf(
        "event=late-result caId=%s requestId=%s attempt=%d outcome=%s",
        recorded.claimed().caId(),
        recorded.claimed().command().requestId(),
        recorded.attempt(),
        recorded.verdict().attemptOutcome());
    if (recorded.claimed().id().kind() != CommandKind.SUBMIT || recorded.attempt() == 0) {
      return Uni.createFrom().voidItem();
    }
    return consequence(tx, recorded)
        .chain(consequence -> evidence(tx, recorded, consequence))
        .chain(() -> certificates.surplus(tx, List.of(recorded)));
  }

  private Uni<String> consequence(SqlConnection tx, Recorded recorded) {
    HeldCertificate certificate = recorded.verdict().kept();
    return certificate == null
        ? Uni.createFrom().item("none")
        : isKnown(tx, recorded, certificate)
            .chain(
                known ->
                    known ? Uni.createFrom().item("known") : settle(tx, recorded, certificate));
  }

  private static Uni<Boolean> isKnown(
      SqlConnection tx, Recorded recorded, HeldCertificate certificate) {
    Tuple parameters =
        Tuple.of(
            certificate.issuer(),
            certificate.parsed().serialHex(),
            recorded.claimed().command().requestId());
    return tx.preparedQuery(KNOWN).execute(parameters).map(rows -> rows.size() > 0);
  }

  private Uni<String> settle(SqlConnection tx, Recorded recorded, HeldCertificate certificate) {
    return tx.preparedQuery(LOCK)
        .execute(Tuple.of(recorded.claimed().id().id()))
        .chain(
            rows ->
                isOpen(rows)
                    ? adopt(tx, recorded, certificate)
                    : revoke(tx, recorded, certificate));
  }

  private static boolean isOpen(Iterable<Row> rows) {
    for (Row row : rows) {
      return !row.getString("state").equals(CommandState.DONE.name());
    }
    return false;
  }

  private Uni<String> adopt(SqlConnection tx, Recorded recorded, HeldCertificate certificate) {
    CaResult.CertificateIssued result = adopted(recorded);
    List<OutboundEvent> events = OutcomeLedger.event(recorded.claimed(), result).toList();
    return certificates
        .insert(tx, List.of(new Entry(recorded, certificate, "kept")))
        .chain(() -> tx.preparedQuery(ADOPT).execute(row(recorded, result)))
        .chain(() -> outbox.append(tx, events))
        .chain(() -> audit.append(tx, entries.of(recorded)))
        .replaceWith("adopted");
  }

  private static Tuple row(Recorded recorded, CaResult result) {
    return Tuple.of(
        recorded.claimed().id().id(),
        EventTypes.nameOf(result),
        Buffer.buffer(ContractJson.write(result)));
  }

  private static CaResult.CertificateIssued adopted(Recorded recorded) {
    CaResult.CertificateIssued issued =
        (CaResult.CertificateIssued) Objects.requireNonNull(recorded.verdict().result());
    return new CaResult.CertificateIssued(
        issued.requestId(),
        issued.caId(),
        issued.naturalKey(),
        issued.attempt(),
        issued.caRequestId(),
        issued.certificate(),
        issued.chain(),
        true,
        issued.mayDuplicate(),
        issued.at());
  }

  private Uni<String> revoke(SqlConnection tx, Recorded recorded, HeldCertificate certificate) {
    return certificates
        .revoke(tx, List.of(new Entry(recorded, certificate, "extra")))
        .replaceWith("revoked");
  }

  private static Uni<Void> evidence(SqlConnection tx, Recorded recorded, String consequence) {
    Verdict verdict = recorded.verdict();
    HeldCertificate certificate = verdict.kept() != null ? verdict.kept() : first(verdict.strays());
    Tuple values =
        Tuple.tuple()
            .addValue(recorded.claimed().command().requestId())
            .addValue(recorded.attempt())
            .addValue(recorded.claimed().epoch())
            .addValue(Objects.requireNonNullElse(verdict.attemptOutcome(), "none"))
            .addValue(verdict.attemptCode())
            .addValue(verdict.caRequestId())
            .addValue(certificate == null ? null : Buffer.buffer(certificate.der().toArray()))
            .addValue(consequence);
    return tx.preparedQuery(EVIDENCE).execute(values).replaceWithVoid();
  }

  private static @Nullable HeldCertificate first(List<HeldCertificate> certificates) {
    return certificates.isEmpty() ? null : certificates.get(0);
  }
}
