package io.certferry.issuance.key;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.CaCommand;
import io.certferry.contracts.event.RequestState;
import io.certferry.contracts.grant.Grant;
import io.certferry.contracts.grant.Grant.CertificatePlan;
import io.certferry.contracts.grant.JwsKeys;
import io.certferry.issuance.key.KeyOutcome.Failed;
import io.certferry.issuance.key.KeyOutcome.Made;
import io.certferry.issuance.key.KeyOutcome.Refused;
import io.certferry.issuance.request.Advance;
import io.certferry.issuance.request.RequestRow;
import io.certferry.issuance.request.RequestStore;
import io.certferry.issuance.request.RequestStore.Deferral;
import io.certferry.issuance.request.SubmitCommands;
import io.certferry.issuance.rows.Columns;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.OutboundEvent;
import io.certferry.messaging.Outbox;
import io.certferry.messaging.crash.CrashPoint;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Commits what the key stage made: wrapped key, CSR, state, command, event and audit entry stand or
 * fall together (invariant I5).
 */
@Singleton
class KeyCommit {

  private static final String INSERT_KEYS =
      """
      insert into request_key (request_id, day_key, wrapped, spki, spki_sha256, csr)
      select * from unnest($1::uuid[], $2::text[], $3::bytea[], $4::bytea[], $5::text[], $6::bytea[])
      on conflict (request_id) do update set
        day_key = excluded.day_key, wrapped = excluded.wrapped,
        spki = excluded.spki, spki_sha256 = excluded.spki_sha256, csr = excluded.csr
      """;

  private static final String UPDATE_CSRS =
      """
      update request_key k set csr = c.csr
      from unnest($1::uuid[], $2::bytea[]) as c (request_id, csr)
      where k.request_id = c.request_id
      """;

  private final Pool pool;
  private final RequestStore requests;
  private final KeyPool keyPool;
  private final Outbox outbox;
  private final AuditTrail audit;

  KeyCommit(Pool pool, RequestStore requests, KeyPool keyPool, Outbox outbox, AuditTrail audit) {
    this.pool = pool;
    this.requests = requests;
    this.keyPool = keyPool;
    this.outbox = outbox;
    this.audit = audit;
  }

  /** One transaction for the whole claim; blocks. */
  void commit(List<KeyOutcome> outcomes) {
    pool.withTransaction(tx -> write(tx, outcomes)).await().indefinitely();
    CrashPoint.ISSUANCE_KEY_AFTER_COMMIT.hit();
    outbox.nudge();
  }

  private Uni<Void> write(SqlConnection tx, List<KeyOutcome> outcomes) {
    List<RequestRow> rows = outcomes.stream().map(outcome -> outcome.claim().row()).toList();
    List<UUID> pooled =
        outcomes.stream()
            .map(outcome -> outcome instanceof Made made ? made.pooled() : null)
            .filter(Objects::nonNull)
            .toList();
    return requests
        .hold(tx, rows)
        .flatMap(
            held -> keyPool.consume(tx, pooled).flatMap(used -> write(tx, outcomes, held, used)))
        .invoke(CrashPoint.ISSUANCE_KEY_BEFORE_COMMIT::hit);
  }

  private Uni<Void> write(
      SqlConnection tx, List<KeyOutcome> outcomes, Set<UUID> held, Set<UUID> used) {
    List<Made> made = new ArrayList<>();
    List<Advance> advances = new ArrayList<>();
    List<Deferral> deferrals = new ArrayList<>();
    for (KeyOutcome outcome : outcomes) {
      RequestRow row = outcome.claim().row();
      if (!held.contains(row.requestId())) {
        continue;
      }
      if (outcome instanceof Made key && (key.pooled() == null || used.contains(key.pooled()))) {
        made.add(key);
        advances.add(advance(key));
      } else if (outcome instanceof Refused refused) {
        advances.add(
            Advance.to(row, RequestState.FAILED).because(refused.reason(), refused.detail()));
      } else if (outcome instanceof Failed) {
        deferrals.add(requests.retry(row));
      } else {
        deferrals.add(Deferral.unworked(row));
      }
    }
    return insertKeys(tx, made.stream().filter(key -> key.sealed() != null).toList())
        .chain(() -> updateCsrs(tx, made.stream().filter(key -> key.sealed() == null).toList()))
        .chain(() -> requests.advance(tx, advances))
        .chain(() -> requests.defer(tx, deferrals))
        .chain(() -> outbox.append(tx, commands(made)))
        .chain(() -> audit.append(tx, entries(outcomes, made, held)));
  }

  private static Advance advance(Made key) {
    Advance advance =
        key.authorization() == null
            ? Advance.to(key.claim().row(), RequestState.KEYED)
                .because("grant-expired", "the grant has expired and is to be signed again")
            : Advance.to(key.claim().row(), RequestState.SUBMITTING);
    return advance.about(plan(key.grant()).caId(), key.grant().device().platform());
  }

  private static Uni<Void> insertKeys(SqlConnection tx, List<Made> keys) {
    return keys.isEmpty()
        ? Uni.createFrom().voidItem()
        : tx.preparedQuery(INSERT_KEYS)
            .execute(
                Columns.of(keys)
                    .uuid(key -> key.claim().row().requestId())
                    .text(key -> sealed(key).dayKey())
                    .bytes(key -> sealed(key).bytes())
                    .bytes(Made::spki)
                    .text(key -> JwsKeys.sha256Hex(key.spki()))
                    .bytes(Made::csr)
                    .tuple())
            .replaceWithVoid();
  }

  private static Uni<Void> updateCsrs(SqlConnection tx, List<Made> keys) {
    return keys.isEmpty()
        ? Uni.createFrom().voidItem()
        : tx.preparedQuery(UPDATE_CSRS)
            .execute(
                Columns.of(keys)
                    .uuid(key -> key.claim().row().requestId())
                    .bytes(Made::csr)
                    .tuple())
            .replaceWithVoid();
  }

  private static List<OutboundEvent> commands(List<Made> keys) {
    List<OutboundEvent> commands = new ArrayList<>();
    for (Made key : keys) {
      if (key.authorization() != null) {
        commands.add(command(key, key.authorization()));
      }
    }
    return commands;
  }

  private static OutboundEvent command(Made key, String authorization) {
    RequestRow row = key.claim().row();
    String caId = plan(key.grant()).caId();
    return new OutboundEvent(
        row.naturalKey().tenant(),
        Topics.caCommands(caId),
        row.requestId().toString(),
        new CaCommand.SubmitCsr(
            row.requestId(),
            caId,
            row.naturalKey(),
            key.claim().grantJws(),
            Bytes.of(key.csr()),
            authorization,
            SubmitCommands.priority(key.grant()),
            SubmitCommands.deadline(key.grant(), row)),
        row.cause());
  }

  private static List<AuditEntry> entries(
      List<KeyOutcome> outcomes, List<Made> made, Set<UUID> held) {
    List<AuditEntry> entries = new ArrayList<>();
    made.forEach(key -> entries.add(keyEntry(key)));
    for (KeyOutcome outcome : outcomes) {
      if (outcome instanceof Refused refused && held.contains(refused.claim().row().requestId())) {
        entries.add(refusalEntry(refused));
      }
    }
    return entries;
  }

  private static AuditEntry keyEntry(Made key) {
    RequestRow row = key.claim().row();
    Map<String, String> facts = new TreeMap<>();
    facts.put("spkiSha256", JwsKeys.sha256Hex(key.spki()));
    facts.put("grantSha256", JwsKeys.sha256Hex(key.claim().grantJws()));
    facts.put("csrSha256", JwsKeys.sha256Hex(key.csr()));
    facts.put("profileVersion", Integer.toString(key.grant().profileVersion()));
    facts.put("caId", plan(key.grant()).caId());
    String action = key.authorization() == null ? "request.keyed" : "request.submitted";
    return new AuditEntry(
        row.naturalKey().tenant(), action, "issuance-service", row.auditSubject(), facts);
  }

  private static AuditEntry refusalEntry(Refused refused) {
    RequestRow row = refused.claim().row();
    return new AuditEntry(
        row.naturalKey().tenant(),
        "grant.refused",
        "issuance-service",
        row.auditSubject(),
        Map.of("reason", refused.reason(), "detail", refused.detail()));
  }

  private static Sealed sealed(Made key) {
    return Objects.requireNonNull(key.sealed());
  }

  private static CertificatePlan plan(Grant grant) {
    return Objects.requireNonNull(grant.certificate());
  }
}
