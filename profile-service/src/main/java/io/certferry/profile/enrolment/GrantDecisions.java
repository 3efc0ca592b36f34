package io.certferry.profile.enrolment;

import io.certferry.contracts.grant.Grant;
import io.certferry.contracts.grant.JwsKeys;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.Cause;
import io.certferry.messaging.OutboundEvent;
import io.certferry.messaging.Outbox;
import io.certferry.profile.device.DeviceKey;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes decisions: enrolment, command, history and audit entry, all in the caller's transaction or
 * none.
 */
@ApplicationScoped
public class GrantDecisions {

  private final EnrolmentStore store;
  private final Outbox outbox;
  private final AuditTrail audit;

  public GrantDecisions(EnrolmentStore store, Outbox outbox, AuditTrail audit) {
    this.store = store;
    this.outbox = outbox;
    this.audit = audit;
  }

  /**
   * Commits to the decisions. One whose natural key is taken, or whose enrolment has ended, is
   * dropped with its grant; its signature goes nowhere.
   *
   * @param decisions in the order in which commands shall go out
   * @return request ids of those that took effect
   */
  public Uni<Set<UUID>> write(SqlConnection tx, List<Decision.Signed> decisions, Instant now) {
    List<Decision.Signed> fresh = decisions.stream().filter(s -> s.decision().isNew()).toList();
    List<Decision.Signed> again = decisions.stream().filter(s -> !s.decision().isNew()).toList();
    return insert(tx, fresh, now)
        .chain(inserted -> signAgain(tx, again).map(replaced -> union(inserted, replaced)))
        .call(ids -> announce(tx, decisions.stream().filter(s -> took(s, ids)).toList(), now));
  }

  /**
   * Asks for nothing any more on behalf of devices, or of one user of theirs.
   *
   * @param subject only enrolments of this user; null for all
   * @param until only those that were granted for a report not after this; null for all
   * @return how many enrolments ended
   */
  public Uni<Integer> end(
      SqlConnection tx,
      Collection<DeviceKey> devices,
      @Nullable String subject,
      @Nullable Instant until,
      String reason,
      Instant now) {
    return devices.isEmpty()
        ? Uni.createFrom().item(0)
        : store
            .end(tx, devices, subject, until, reason, now)
            .call(ended -> record(tx, ended, now))
            .call(ended -> tell(tx, ended, now))
            .map(List::size);
  }

  /** Asks for nothing any more of single requests: request id to reason. */
  public Uni<Void> end(SqlConnection tx, Map<UUID, String> reasons, Instant now) {
    return close(tx, reasons, now).chain(ended -> tell(tx, ended, now));
  }

  /**
   * The same without telling revocation-service.
   *
   * @return those that ended now
   */
  public Uni<List<Ended>> close(SqlConnection tx, Map<UUID, String> reasons, Instant now) {
    return reasons.isEmpty()
        ? Uni.createFrom().item(List.of())
        : store.end(tx, reasons, now).call(ended -> record(tx, ended, now));
  }

  /** Others hear that a newer generation replaces these; they live until it is installed. */
  public Uni<Void> replaced(SqlConnection tx, List<Ended> replaced, Instant now) {
    return tell(tx, replaced, now);
  }

  private Uni<Void> record(SqlConnection tx, List<Ended> ended, Instant now) {
    return store.record(
        tx,
        ended.stream()
            .map(one -> new Step(one.requestId(), "ended", now, "ended", one.reason(), null))
            .toList());
  }

  private Uni<Void> tell(SqlConnection tx, List<Ended> ended, Instant now) {
    return ended.isEmpty()
        ? Uni.createFrom().voidItem()
        : outbox
            .append(tx, ended.stream().map(one -> one.event(now, Cause.fresh())).toList())
            .replaceWithVoid();
  }

  private Uni<Set<UUID>> insert(SqlConnection tx, List<Decision.Signed> fresh, Instant now) {
    return fresh.isEmpty() ? Uni.createFrom().item(Set.of()) : store.insert(tx, fresh, now);
  }

  private Uni<Set<UUID>> signAgain(SqlConnection tx, List<Decision.Signed> again) {
    return again.isEmpty() ? Uni.createFrom().item(Set.of()) : store.signAgain(tx, again);
  }

  private Uni<Void> announce(SqlConnection tx, List<Decision.Signed> decisions, Instant now) {
    List<OutboundEvent> commands = decisions.stream().map(Commands::of).toList();
    return store
        .record(tx, decisions.stream().map(s -> step(s, now)).toList())
        .chain(() -> outbox.append(tx, commands))
        .chain(() -> audit.append(tx, decisions.stream().map(GrantDecisions::entry).toList()));
  }

  private static boolean took(Decision.Signed signed, Set<UUID> ids) {
    return ids.contains(signed.decision().grant().requestId());
  }

  private static Set<UUID> union(Set<UUID> a, Set<UUID> b) {
    Set<UUID> union = new HashSet<>(a);
    union.addAll(b);
    return union;
  }

  private static Step step(Decision.Signed signed, Instant now) {
    String hash = JwsKeys.sha256Hex(signed.grant());
    boolean isNew = signed.decision().isNew();
    return new Step(
        signed.decision().grant().requestId(),
        "grant-" + hash.substring(0, 16),
        now,
        isNew ? "granted" : "granted-again",
        null,
        null);
  }

  static AuditEntry entry(Decision.Signed signed) {
    Grant grant = signed.decision().grant();
    String action = signed.decision().isNew() ? "grant.signed" : "grant.signed-again";
    return entry(action, "profile-service", grant, signed.grant());
  }

  static AuditEntry entry(String action, String actor, Grant grant, String jws) {
    return new AuditEntry(
        grant.naturalKey().tenant(),
        action,
        actor,
        "request/" + grant.requestId(),
        Map.of(
            "deviceId", grant.naturalKey().deviceId(),
            "subject", grant.naturalKey().subject(),
            "profileId", grant.naturalKey().profileId().toString(),
            "profileVersion", Integer.toString(grant.profileVersion()),
            "generation", Integer.toString(grant.naturalKey().generation()),
            "kind", grant.kind(),
            "deviceKeySha256", grant.deviceKeySha256(),
            "grantSha256", JwsKeys.sha256Hex(jws),
            "expiresAt", grant.expiresAt().toString()));
  }
}
