package io.certferry.issuance.packaging;

import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.event.RequestState;
import io.certferry.contracts.metric.IssuanceMetrics;
import io.certferry.issuance.packaging.PackageOutcome.Expired;
import io.certferry.issuance.packaging.PackageOutcome.Failed;
import io.certferry.issuance.packaging.PackageOutcome.Offered;
import io.certferry.issuance.packaging.PackageOutcome.Quarantined;
import io.certferry.issuance.packaging.PackageOutcome.Refused;
import io.certferry.issuance.packaging.PackageStore.Offer;
import io.certferry.issuance.request.Advance;
import io.certferry.issuance.request.RequestRow;
import io.certferry.issuance.request.RequestStore;
import io.certferry.issuance.request.RequestStore.Deferral;
import io.certferry.issuance.request.Stage;
import io.certferry.issuance.request.Stages;
import io.certferry.issuance.request.Withdrawals;
import io.certferry.issuance.rows.Columns;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.Meters;
import io.certferry.messaging.Outbox;
import io.certferry.messaging.crash.CrashPoint;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Commits what the package stage made: package, state, events and audit entries stand or fall
 * together.
 */
@Singleton
class PackageCommit {

  private static final Logger LOG = Logger.getLogger(PackageCommit.class);

  private static final String INSERT_CERTIFICATES =
      """
      insert into certificate (issuer, serial, request_id, ca_id, sha256, subject, not_before, not_after, spki_sha256)
      select * from unnest($1::text[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[],
        $7::timestamptz[], $8::timestamptz[], $9::text[])
      on conflict do nothing
      returning request_id
      """;

  private static final String QUARANTINE =
      """
      update issued i set
        verdict = 'QUARANTINED',
        revocation_id = q.revocation_id,
        revocation_reason = case when q.revoke then 'superseded' end,
        revoke_due_at = case when q.revoke then now() end
      from unnest($1::uuid[], $2::uuid[], $3::bool[]) as q (request_id, revocation_id, revoke)
      where i.request_id = q.request_id and i.verdict = 'CHOSEN'
      """;

  /**
   * Offers of older generations that no device has installed: no delivery of n after n + 1
   * (invariant I3).
   */
  private static final String OLDER_OFFERS =
      """
      select r.* from request r
        join unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::int[])
          as n (tenant, device_id, subject, profile_id, item, generation)
          on r.tenant = n.tenant and r.device_id = n.device_id and r.subject = n.subject
            and r.profile_id = n.profile_id and r.item = n.item and r.generation < n.generation
      where r.state = 'OFFERED'
      order by r.request_id for update of r
      """;

  private final Pool pool;
  private final RequestStore requests;
  private final PackageStore packages;
  private final Withdrawals withdrawals;
  private final Outbox outbox;
  private final AuditTrail audit;
  private final Stages stages;
  private final MeterRegistry metrics;

  PackageCommit(
      Pool pool,
      RequestStore requests,
      PackageStore packages,
      Withdrawals withdrawals,
      Outbox outbox,
      AuditTrail audit,
      Stages stages,
      MeterRegistry metrics) {
    this.pool = pool;
    this.requests = requests;
    this.packages = packages;
    this.withdrawals = withdrawals;
    this.outbox = outbox;
    this.audit = audit;
    this.stages = stages;
    this.metrics = metrics;
  }

  /** One transaction for the whole claim; blocks. */
  void commit(List<PackageOutcome> outcomes) {
    pool.withTransaction(tx -> write(tx, outcomes)).await().indefinitely();
    CrashPoint.ISSUANCE_PACKAGE_AFTER_COMMIT.hit();
    outbox.nudge();
    if (outcomes.stream().anyMatch(Quarantined.class::isInstance)) {
      stages.nudge(Stage.DESTROY);
    }
  }

  private Uni<Void> write(SqlConnection tx, List<PackageOutcome> outcomes) {
    return requests
        .hold(tx, outcomes.stream().map(outcome -> outcome.claim().row()).toList())
        .flatMap(held -> believe(tx, held(outcomes, held)))
        .flatMap(believed -> effect(tx, believed))
        .invoke(CrashPoint.ISSUANCE_PACKAGE_BEFORE_COMMIT::hit);
  }

  private static List<PackageOutcome> held(List<PackageOutcome> outcomes, Set<UUID> held) {
    return outcomes.stream()
        .filter(outcome -> held.contains(outcome.claim().row().requestId()))
        .toList();
  }

  /** A serial that another request's certificate has under the same issuer is never believed. */
  private Uni<List<PackageOutcome>> believe(SqlConnection tx, List<PackageOutcome> outcomes) {
    List<Offered> certificates =
        outcomes.stream()
            .filter(Offered.class::isInstance)
            .map(Offered.class::cast)
            .filter(offered -> offered.certificate() != null)
            .toList();
    if (certificates.isEmpty()) {
      return Uni.createFrom().item(outcomes);
    }
    return tx.preparedQuery(INSERT_CERTIFICATES)
        .execute(columns(certificates))
        .map(
            rows -> {
              Set<UUID> fresh = new HashSet<>();
              rows.forEach(row -> fresh.add(row.getUUID("request_id")));
              return outcomes.stream().map(outcome -> unlessConflicting(outcome, fresh)).toList();
            });
  }

  private static PackageOutcome unlessConflicting(PackageOutcome outcome, Set<UUID> fresh) {
    boolean conflicts =
        outcome instanceof Offered offered
            && offered.certificate() != null
            && !fresh.contains(outcome.claim().row().requestId());
    return conflicts
        ? new Quarantined(
            outcome.claim(),
            "serial-conflict",
            "issuer and serial are those of another request's certificate",
            false)
        : outcome;
  }

  private Uni<Void> effect(SqlConnection tx, List<PackageOutcome> outcomes) {
    List<Offer> offers = new ArrayList<>();
    List<Quarantined> quarantined = new ArrayList<>();
    List<Advance> advances = new ArrayList<>();
    List<Deferral> deferrals = new ArrayList<>();
    List<AuditEntry> entries = new ArrayList<>();
    for (PackageOutcome outcome : outcomes) {
      RequestRow row = outcome.claim().row();
      if (outcome instanceof Offered offered) {
        offers.add(new Offer(row, offered.built()));
        advances.add(
            Advance.to(row, RequestState.OFFERED)
                .about(row.caId(), offered.grant().device().platform())
                .with(offered.certificate()));
      } else if (outcome instanceof Quarantined wrong) {
        quarantined.add(wrong);
        advances.add(
            Advance.to(row, RequestState.QUARANTINED).because(wrong.reason(), wrong.detail()));
        entries.add(entry(row, "certificate.quarantined", wrong.reason(), wrong.detail()));
      } else if (outcome instanceof Refused refused) {
        advances.add(
            Advance.to(row, RequestState.FAILED).because(refused.reason(), refused.detail()));
        entries.add(entry(row, "grant.refused", refused.reason(), refused.detail()));
      } else if (outcome instanceof Expired) {
        advances.add(
            Advance.to(row, row.state())
                .because("grant-expired", "the grant has expired and is to be signed again"));
      } else if (outcome instanceof Failed) {
        deferrals.add(requests.retry(row));
      } else {
        deferrals.add(Deferral.unworked(row));
      }
    }
    quarantined.forEach(this::count);
    return packages
        .offer(tx, offers)
        .chain(() -> quarantine(tx, quarantined))
        .chain(() -> requests.advance(tx, advances))
        .chain(() -> requests.defer(tx, deferrals))
        .chain(() -> supersede(tx, offers))
        .chain(() -> audit.append(tx, entries));
  }

  private Uni<Void> quarantine(SqlConnection tx, List<Quarantined> quarantined) {
    return quarantined.isEmpty()
        ? Uni.createFrom().voidItem()
        : tx.preparedQuery(QUARANTINE)
            .execute(
                Columns.of(quarantined)
                    .uuid(wrong -> wrong.claim().row().requestId())
                    .uuid(wrong -> UUID.randomUUID())
                    .bool(Quarantined::revoke)
                    .tuple())
            .replaceWithVoid();
  }

  private Uni<Void> supersede(SqlConnection tx, List<Offer> offers) {
    List<Offer> newer =
        offers.stream().filter(offer -> offer.row().naturalKey().generation() > 1).toList();
    if (newer.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.preparedQuery(OLDER_OFFERS)
        .execute(
            Columns.of(newer)
                .text(offer -> offer.row().naturalKey().tenant())
                .text(offer -> offer.row().naturalKey().deviceId())
                .text(offer -> offer.row().naturalKey().subject())
                .uuid(offer -> offer.row().naturalKey().profileId())
                .text(offer -> offer.row().naturalKey().item())
                .integer(offer -> offer.row().naturalKey().generation())
                .tuple())
        .map(rows -> rows.stream().map(RequestRow::of).toList())
        .flatMap(older -> supersede(tx, newer, older));
  }

  private Uni<Void> supersede(SqlConnection tx, List<Offer> newer, List<RequestRow> older) {
    return older.isEmpty()
        ? Uni.createFrom().voidItem()
        : withdrawals
            .withdraw(
                tx,
                older.stream().map(RequestRow::requestId).toList(),
                "superseded",
                newer.get(0).row().cause())
            .chain(
                () ->
                    requests.advance(
                        tx,
                        older.stream()
                            .map(
                                row ->
                                    Advance.to(row, RequestState.SUPERSEDED)
                                        .because("superseded", "a newer generation is offered"))
                            .toList()))
            .replaceWithVoid();
  }

  private void count(Quarantined wrong) {
    RequestRow row = wrong.claim().row();
    LOG.errorf(
        "event=certificate-quarantined tenant=%s deviceId=%s requestId=%s caId=%s reason=%s",
        row.naturalKey().tenant(),
        row.naturalKey().deviceId(),
        row.requestId(),
        row.caId(),
        wrong.reason());
    Meters.counter(metrics, IssuanceMetrics.QUARANTINED, wrong.reason()).increment();
  }

  private static AuditEntry entry(RequestRow row, String action, String reason, String detail) {
    return new AuditEntry(
        row.naturalKey().tenant(),
        action,
        "issuance-service",
        row.auditSubject(),
        Map.of("reason", reason, "detail", detail));
  }

  private static io.vertx.mutiny.sqlclient.Tuple columns(List<Offered> offered) {
    return Columns.of(offered)
        .text(one -> facts(one).issuer())
        .text(one -> facts(one).serial())
        .uuid(one -> one.claim().row().requestId())
        .text(one -> facts(one).caId())
        .text(one -> facts(one).sha256())
        .text(one -> facts(one).subject())
        .timestamp(one -> facts(one).notBefore())
        .timestamp(one -> facts(one).notAfter())
        .text(one -> facts(one).subjectPublicKeySha256())
        .tuple();
  }

  private static CertificateFacts facts(Offered offered) {
    return Objects.requireNonNull(offered.certificate());
  }
}
