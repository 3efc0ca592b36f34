package io.certferry.issuance.request;

import io.certferry.contracts.event.CaResult;
import io.certferry.contracts.event.CaResult.CertificateIssued;
import io.certferry.contracts.event.CaResult.CertificateRevoked;
import io.certferry.contracts.event.CaResult.RevocationRefused;
import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.event.RequestState;
import io.certferry.issuance.request.Consequence.Adopts;
import io.certferry.issuance.request.Consequence.Keeps;
import io.certferry.issuance.request.Consequence.Moves;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.BatchIntake;
import io.certferry.messaging.InboundEvent;
import io.certferry.pki.PkiException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Results of the connectors move requests, in batches: the rows are locked, the results are folded
 * over them, the outcome is written.
 */
@Singleton
class ResultIntake implements BatchIntake.BatchHandler {

  private static final Logger LOG = Logger.getLogger(ResultIntake.class);

  private final RequestStore requests;
  private final EvidenceStore evidence;
  private final RevocationStore revocations;
  private final AuditTrail audit;

  ResultIntake(
      RequestStore requests,
      EvidenceStore evidence,
      RevocationStore revocations,
      AuditTrail audit) {
    this.requests = requests;
    this.evidence = evidence;
    this.revocations = revocations;
    this.audit = audit;
  }

  @Override
  public Uni<Void> handle(SqlConnection tx, List<InboundEvent<?>> events) {
    List<CaResult> results =
        events.stream()
            .map(InboundEvent::payload)
            .filter(CaResult.class::isInstance)
            .map(CaResult.class::cast)
            .toList();
    if (results.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Set<UUID> ids = results.stream().map(CaResult::requestId).collect(Collectors.toSet());
    return requests
        .lock(tx, ids)
        .flatMap(
            rows ->
                evidence
                    .keys(tx, barred(rows))
                    .flatMap(
                        keys ->
                            evidence
                                .known(tx, ids)
                                .map(known -> new Fold(rows, keys, known).over(results))))
        .flatMap(fold -> write(tx, fold));
  }

  private static Set<UUID> barred(Map<UUID, RequestRow> rows) {
    return rows.values().stream()
        .filter(row -> row.state() == RequestState.REVOKING)
        .map(RequestRow::requestId)
        .collect(Collectors.toSet());
  }

  private Uni<Void> write(SqlConnection tx, Fold fold) {
    return evidence
        .insert(tx, fold.evidence)
        .chain(() -> requests.advance(tx, fold.advances()))
        .chain(() -> audit.append(tx, fold.entries))
        .chain(() -> settle(tx, fold.revocations));
  }

  private Uni<Void> settle(SqlConnection tx, List<CaResult> results) {
    return Multi.createFrom()
        .iterable(results)
        .onItem()
        .transformToUniAndConcatenate(result -> settleOne(tx, result).replaceWith(Boolean.TRUE))
        .collect()
        .last()
        .replaceWithVoid();
  }

  private Uni<Void> settleOne(SqlConnection tx, CaResult result) {
    return result instanceof CertificateRevoked revoked
        ? revocations.revoked(tx, revoked)
        : revocations.refused(tx, (RevocationRefused) result);
  }

  /** The results of a batch applied to the rows in memory, one after another. */
  private static final class Fold {

    private final Map<UUID, RequestRow> rows;
    private final Map<UUID, String> barredKeys;
    private final Set<EvidenceStore.Known> known;
    private final Map<UUID, CertificateFacts> barred = new LinkedHashMap<>();
    private final Map<UUID, Moves> moves = new LinkedHashMap<>();
    private final List<Evidence> evidence = new ArrayList<>();
    private final List<AuditEntry> entries = new ArrayList<>();
    private final List<CaResult> revocations = new ArrayList<>();

    /**
     * @param barredKeys the public keys of requests that are being revoked
     */
    Fold(Map<UUID, RequestRow> rows, Map<UUID, String> barredKeys, Set<EvidenceStore.Known> known) {
      this.rows = rows;
      this.barredKeys = barredKeys;
      this.known = known;
    }

    Fold over(List<CaResult> results) {
      results.forEach(this::apply);
      return this;
    }

    /** The last move of each request; the states between were never seen by anybody. */
    List<Advance> advances() {
      List<Advance> advances = new ArrayList<>();
      moves.forEach(
          (id, move) ->
              advances.add(
                  Advance.to(row(id), move.to())
                      .because(move.reason(), move.detail())
                      .attempt(move.attempt())));
      barred.forEach((id, facts) -> reportOfBarred(row(id), facts).ifPresent(advances::add));
      return advances;
    }

    /** The state stays, the certificate is new: revocation-service hears of it. */
    private Optional<Advance> reportOfBarred(RequestRow row, CertificateFacts facts) {
      return moves.containsKey(row.requestId())
          ? Optional.empty()
          : Optional.of(
              Advance.to(row, RequestState.REVOKING)
                  .because(row.reason(), row.detail())
                  .with(facts));
    }

    private void apply(CaResult result) {
      if (result instanceof CertificateRevoked || result instanceof RevocationRefused) {
        revocations.add(result);
        return;
      }
      if (result instanceof CertificateIssued issued && isKnown(issued)) {
        return;
      }
      RequestRow row = rows.get(result.requestId());
      if (row == null) {
        orphan(result);
      } else {
        apply(row, result);
      }
    }

    private void apply(RequestRow row, CaResult result) {
      Moves last = moves.get(row.requestId());
      RequestState state = last == null ? row.state() : last.to();
      int attempt = last == null ? row.attempt() : last.attempt();
      Consequence consequence = Consequence.of(state, attempt, result);
      if (consequence instanceof Moves move) {
        moves.put(row.requestId(), move);
        entries.add(entry(row, "result." + slug(move.to()), move.reason(), result));
      } else if (consequence instanceof Adopts adopts) {
        moves.put(row.requestId(), new Moves(RequestState.ISSUED, null, null, adopts.attempt()));
        keep(row, (CertificateIssued) result, "CHOSEN");
      } else if (consequence instanceof Keeps keeps) {
        keep(row, (CertificateIssued) result, verdict(row, (CertificateIssued) result, keeps));
      }
    }

    /**
     * A certificate for another key is not the request's, and nobody is told that it was; of two in
     * one batch one is told of.
     */
    private String verdict(RequestRow row, CertificateIssued issued, Keeps keeps) {
      if (!keeps.verdict().equals("BARRED")) {
        return keeps.verdict();
      }
      if (barred.containsKey(row.requestId())) {
        return "LATE";
      }
      try {
        String key = Evidence.of(issued, "BARRED").facts().subjectPublicKeySha256();
        return key.equals(barredKeys.get(row.requestId())) ? "BARRED" : "LATE";
      } catch (PkiException e) {
        return "LATE";
      }
    }

    private void keep(RequestRow row, CertificateIssued issued, String verdict) {
      Evidence one = Evidence.of(issued, verdict);
      if (one.isBarred()) {
        barred.put(row.requestId(), one.facts());
      }
      evidence.add(one);
      known.add(new EvidenceStore.Known(issued.requestId(), one.sha256()));
      entries.add(entry(row, "result.issued", verdict, issued));
      if (one.isToBeRevoked()) {
        LOG.warnf(
            "event=certificate-not-wanted tenant=%s requestId=%s verdict=%s state=%s",
            row.naturalKey().tenant(), row.requestId(), verdict, row.state());
      }
    }

    private void orphan(CaResult result) {
      LOG.warnf(
          "event=result-of-unknown-request requestId=%s caId=%s result=%s",
          result.requestId(), result.caId(), result.getClass().getSimpleName());
      if (result instanceof CertificateIssued issued) {
        Evidence one = Evidence.of(issued, "ORPHAN");
        evidence.add(one);
        known.add(new EvidenceStore.Known(issued.requestId(), one.sha256()));
      }
    }

    private boolean isKnown(CertificateIssued issued) {
      String sha256 = Evidence.of(issued, "").sha256();
      return known.contains(new EvidenceStore.Known(issued.requestId(), sha256));
    }

    private RequestRow row(UUID id) {
      return java.util.Objects.requireNonNull(rows.get(id));
    }

    private static String slug(RequestState state) {
      return state.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    private static AuditEntry entry(
        RequestRow row, String action, @Nullable String reason, CaResult result) {
      Map<String, String> facts = new LinkedHashMap<>();
      facts.put("caId", result.caId());
      if (reason != null) {
        facts.put("reason", reason);
      }
      if (result instanceof CertificateIssued issued) {
        facts.put("sha256", Evidence.of(issued, "").sha256());
        facts.put("attempt", Integer.toString(issued.attempt()));
        facts.put("adopted", Boolean.toString(issued.adopted()));
      }
      return new AuditEntry(
          row.naturalKey().tenant(), action, "connector-gateway", row.auditSubject(), facts);
    }
  }
}
