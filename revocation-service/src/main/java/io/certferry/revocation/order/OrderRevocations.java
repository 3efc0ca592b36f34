package io.certferry.revocation.order;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.Keys;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.EventIds;
import io.certferry.messaging.OutboundEvent;
import io.certferry.messaging.Outbox;
import io.certferry.revocation.inventory.Inventory;
import io.certferry.revocation.inventory.KnownCertificate;
import io.certferry.revocation.inventory.KnownRequest;
import io.certferry.revocation.inventory.Locks;
import io.certferry.revocation.inventory.ProfileFacts;
import io.certferry.revocation.policy.Action;
import io.certferry.revocation.policy.Decision;
import io.certferry.revocation.policy.Reason;
import io.certferry.revocation.policy.RevocationTable;
import io.certferry.revocation.policy.Timing;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Turns triggers into revocations: decides by the table, records the intent once per certificate
 * (once per request while there is none), announces it and writes it into the audit trail, all in
 * the caller's transaction. An order that comes again changes nothing; one that is more urgent
 * makes the waiting one more urgent.
 */
@Singleton
public class OrderRevocations {

  private static final String REVOCATIONS_OF =
      "select " + Revocation.COLUMNS + " from revocation r where r.request_id = any($1::uuid[])";

  private static final String FILL =
      """
      update revocation r set ca_id = e.ca_id, issuer = e.issuer, issuer_key = e.issuer_key,
        serial = e.serial, not_after = e.not_after, channel = e.channel, next_attempt_at = now(),
        version = r.version + 1,
        state = case when r.state = 'barred' then 'ordered' else r.state end
      from json_to_recordset($1::text::json) as e (id uuid, ca_id text, issuer text, issuer_key text,
        serial text, not_after timestamptz, channel text)
      where r.id = e.id and r.serial is null
        and not exists (select from revocation o where o.issuer_key = e.issuer_key and o.serial = e.serial
          and o.action = 'revoke')
      """;

  private static final String INSERT =
      """
      insert into revocation as r (id, tenant, request_id, device_id, subject, profile_id, item, generation,
        ca_id, issuer, issuer_key, serial, not_after, trigger, reason, priority, action,
        remove_from_device, channel, state, event_at, ordered_at, ordered_by, comment, plan_id,
        correlation_id, command_id, barrier_due, next_attempt_at)
      select e.id, q.tenant, q.request_id, q.device_id, q.subject, q.profile_id, q.item, q.generation,
        e.ca_id, e.issuer, e.issuer_key, e.serial, e.not_after, e.trigger, e.reason, e.priority, e.action,
        e.remove_from_device, e.channel, 'ordered', e.event_at, e.ordered_at, e.ordered_by, e.comment,
        e.plan_id, e.correlation_id, e.id, now() + make_interval(secs => $2),
        case when e.serial is not null and e.action = 'revoke' then now() end
      from json_to_recordset($1::text::json) as e (id uuid, request_id uuid, ca_id text, issuer text,
        issuer_key text, serial text, not_after timestamptz, trigger text, reason text,
        priority smallint, action text, remove_from_device boolean, channel text,
        event_at timestamptz, ordered_at timestamptz, ordered_by text, comment text, plan_id uuid,
        correlation_id text)
      join request q on q.request_id = e.request_id
      on conflict do nothing
      """;

  private static final String RAISE =
      """
      update revocation r set priority = e.priority, trigger = e.trigger,
        reason = case when r.state in ('ordered', 'barred', 'waiting') and r.submitted_at is null
          then e.reason else r.reason end,
        next_attempt_at = case when r.state in ('ordered', 'submitted', 'waiting') and r.serial is not null
          and r.channel is not null then now() else r.next_attempt_at end,
        version = r.version + 1
      from json_to_recordset($1::text::json) as e (id uuid, priority smallint, trigger text, reason text)
      where r.id = e.id and e.priority < r.priority and r.state not in ('accepted', 'listed', 'closed')
      """;

  private final Inventory inventory;
  private final CaRegister cas;
  private final CaConfig config;
  private final Transitions transitions;
  private final Outbox outbox;
  private final AuditTrail audit;
  private final RevocationMetrics metrics;
  private final InstantSource clock;

  public OrderRevocations(
      Inventory inventory,
      CaRegister cas,
      CaConfig config,
      Transitions transitions,
      Outbox outbox,
      AuditTrail audit,
      RevocationMetrics metrics,
      InstantSource clock) {
    this.inventory = inventory;
    this.cas = cas;
    this.config = config;
    this.transitions = transitions;
    this.outbox = outbox;
    this.audit = audit;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * What became of the orders.
   *
   * @param created the revocations that are new
   * @param kept requests that the table lets live
   * @param deferred requests that end once they are replaced
   */
  public record Result(List<Revocation> created, List<UUID> kept, List<UUID> deferred) {
    private static final Result NOTHING = new Result(List.of(), List.of(), List.of());
  }

  /** Orders in the caller's transaction; locks the devices first. */
  public Uni<Result> order(SqlConnection tx, Collection<Order> orders) {
    Map<UUID, Order> byRequest = new LinkedHashMap<>();
    orders.forEach(order -> byRequest.merge(order.requestId(), order, Urgency::more));
    return byRequest.isEmpty()
        ? Uni.createFrom().item(Result.NOTHING)
        : inventory
            .requests(tx, byRequest.keySet())
            .call(requests -> Locks.devices(tx, keys(requests)))
            .chain(() -> inventory.requests(tx, byRequest.keySet()))
            .chain(requests -> decide(tx, requests, byRequest));
  }

  private static List<String> keys(List<KnownRequest> requests) {
    return requests.stream()
        .map(request -> Keys.device(request.key().tenant(), request.key().deviceId()))
        .toList();
  }

  private Uni<Result> decide(
      SqlConnection tx, List<KnownRequest> requests, Map<UUID, Order> orders) {
    return inventory
        .profiles(tx, requests)
        .map(
            profiles ->
                requests.stream()
                    .map(request -> verdict(request, profiles, orders.get(request.requestId())))
                    .toList())
        .chain(verdicts -> carryOut(tx, verdicts));
  }

  private static Verdict verdict(
      KnownRequest request, Map<UUID, ProfileFacts> profiles, @Nullable Order order) {
    if (order == null) {
      throw new IllegalStateException("no order for " + request.requestId());
    }
    ProfileFacts profile = profiles.get(request.key().profileId());
    if (profile == null) {
      throw new IllegalStateException("no profile for " + request.requestId());
    }
    Decision decision =
        RevocationTable.decide(
            order.trigger(), request.platform(), profile.kind(), profile.rules());
    Reason reason = order.reason();
    return new Verdict(request, order, reason == null ? decision : decision.because(reason));
  }

  /** A request, why it ends and what the table says to it. */
  private record Verdict(KnownRequest request, Order order, Decision decision) {

    boolean isKept() {
      return decision.action() == Action.KEEP;
    }

    boolean isDeferred() {
      return !isKept() && decision.timing() == Timing.ONCE_REPLACED && request.replacedAt() == null;
    }

    boolean isNow() {
      return !isKept() && !isDeferred();
    }

    Inventory.Ended ended() {
      return new Inventory.Ended(
          request.requestId(), order.trigger().code(), decision.action().code(), order.eventAt());
    }

    Inventory.Ending expected() {
      return new Inventory.Ending(request.requestId(), order.trigger().code(), order.eventAt());
    }
  }

  private Uni<Result> carryOut(SqlConnection tx, List<Verdict> verdicts) {
    List<Verdict> now = verdicts.stream().filter(Verdict::isNow).toList();
    List<Verdict> deferred = verdicts.stream().filter(Verdict::isDeferred).toList();
    List<Verdict> kept = verdicts.stream().filter(Verdict::isKept).toList();
    List<UUID> ids = now.stream().map(verdict -> verdict.request().requestId()).toList();
    return inventory
        .markEnded(tx, verdicts.stream().filter(v -> !v.isDeferred()).map(Verdict::ended).toList())
        .chain(() -> inventory.markExpected(tx, deferred.stream().map(Verdict::expected).toList()))
        .chain(() -> inventory.certificates(tx, ids))
        .chain(
            certificates ->
                existing(tx, ids).chain(existing -> place(tx, now, certificates, existing)))
        .map(created -> new Result(created, requestIds(kept), requestIds(deferred)));
  }

  private static List<UUID> requestIds(List<Verdict> verdicts) {
    return verdicts.stream().map(verdict -> verdict.request().requestId()).toList();
  }

  private static Uni<List<Revocation>> existing(SqlConnection tx, List<UUID> ids) {
    return ids.isEmpty()
        ? Uni.createFrom().item(List.of())
        : tx.preparedQuery(REVOCATIONS_OF)
            .execute(Tuple.of(ids.toArray(UUID[]::new)))
            .map(Transitions::list);
  }

  private Uni<List<Revocation>> place(
      SqlConnection tx,
      List<Verdict> verdicts,
      List<KnownCertificate> certificates,
      List<Revocation> existing) {
    Placement placement = new Placement(cas, clock.instant());
    Map<UUID, List<KnownCertificate>> certificatesOf = new HashMap<>();
    certificates.forEach(
        c -> certificatesOf.computeIfAbsent(c.requestId(), id -> new ArrayList<>()).add(c));
    Map<UUID, List<Revocation>> existingOf = new HashMap<>();
    existing.forEach(
        r -> existingOf.computeIfAbsent(r.requestId(), id -> new ArrayList<>()).add(r));
    for (Verdict verdict : verdicts) {
      UUID id = verdict.request().requestId();
      placement.place(
          verdict.request(),
          verdict.order(),
          verdict.decision(),
          certificatesOf.getOrDefault(id, List.of()),
          existingOf.getOrDefault(id, List.of()));
    }
    return fill(tx, placement.fills())
        .chain(() -> raise(tx, placement.raises()))
        .chain(() -> insert(tx, placement.inserts()));
  }

  private Uni<Void> fill(SqlConnection tx, ArrayNode fills) {
    return fills.isEmpty()
        ? Uni.createFrom().voidItem()
        : transitions.apply(tx, FILL, Tuple.of(fills.toString())).replaceWithVoid();
  }

  private Uni<Void> raise(SqlConnection tx, ArrayNode raises) {
    return raises.isEmpty()
        ? Uni.createFrom().voidItem()
        : transitions.apply(tx, RAISE, Tuple.of(raises.toString())).replaceWithVoid();
  }

  private Uni<List<Revocation>> insert(SqlConnection tx, ArrayNode inserts) {
    return inserts.isEmpty()
        ? Uni.createFrom().item(List.of())
        : transitions
            .update(tx, INSERT, Tuple.of(inserts.toString(), seconds(config.barrierResendAfter())))
            .call(created -> announce(tx, created));
  }

  private Uni<Void> announce(SqlConnection tx, List<Revocation> created) {
    List<OutboundEvent> events = created.stream().map(Announcements::ordered).toList();
    List<AuditEntry> entries =
        created.stream().map(r -> Announcements.audit(r, r.orderedBy())).toList();
    created.forEach(metrics::reached);
    return outbox.append(tx, events).chain(() -> audit.append(tx, entries));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  /** Of two orders for one request the more urgent one counts. */
  private static final class Urgency {

    private Urgency() {}

    static Order more(Order a, Order b) {
      return rank(b) < rank(a) ? b : a;
    }

    private static int rank(Order order) {
      return RevocationTable.decide(
              order.trigger(),
              null,
              io.certferry.revocation.policy.ProfileKind.PKCS,
              io.certferry.revocation.policy.ProfileRules.NONE)
          .priority()
          .number();
    }
  }

  /** Sorts certificates into rows to insert, to fill and to raise. */
  private static final class Placement {
    private final CaRegister cas;
    private final Instant now;
    private final ArrayNode inserts = ContractJson.mapper().createArrayNode();
    private final ArrayNode fills = ContractJson.mapper().createArrayNode();
    private final ArrayNode raises = ContractJson.mapper().createArrayNode();

    Placement(CaRegister cas, Instant now) {
      this.cas = cas;
      this.now = now;
    }

    ArrayNode inserts() {
      return inserts;
    }

    ArrayNode fills() {
      return fills;
    }

    ArrayNode raises() {
      return raises;
    }

    void place(
        KnownRequest request,
        Order order,
        Decision decision,
        List<KnownCertificate> certificates,
        List<Revocation> existing) {
      if (decision.action() == Action.REMOVE) {
        if (existing.isEmpty()) {
          insert(order, decision, null);
        }
        return;
      }
      List<Revocation> revoking =
          existing.stream().filter(r -> r.action().equals(Action.REVOKE.code())).toList();
      List<KnownCertificate> live =
          certificates.stream().filter(c -> c.notAfter().isAfter(now)).toList();
      revoking.forEach(r -> raise(r, order, decision));
      placeLive(order, decision, live, revoking);
      boolean nothingToRevoke = live.isEmpty() && revoking.isEmpty();
      if (nothingToRevoke && !request.isOver()) {
        insert(order, decision, null);
      } else if (nothingToRevoke && !certificates.isEmpty() && decision.removeFromDevice()) {
        insert(order, decision.removalOnly(), null);
      }
    }

    private void placeLive(
        Order order, Decision decision, List<KnownCertificate> live, List<Revocation> revoking) {
      Revocation awaiting =
          revoking.stream()
              .filter(r -> r.serial() == null && r.state() != RevocationState.CLOSED)
              .findFirst()
              .orElse(null);
      for (KnownCertificate certificate : live) {
        if (revoking.stream().anyMatch(r -> isOf(r, certificate))) {
          continue;
        }
        if (awaiting != null) {
          fill(awaiting, certificate);
          awaiting = null;
        } else {
          insert(order, decision, certificate);
        }
      }
    }

    private static boolean isOf(Revocation revocation, KnownCertificate certificate) {
      return certificate.serial().equals(revocation.serial())
          && certificate.issuerKey().equals(revocation.issuerKey());
    }

    private void insert(Order order, Decision decision, @Nullable KnownCertificate certificate) {
      var node =
          inserts
              .addObject()
              .put("id", EventIds.next().toString())
              .put("request_id", order.requestId().toString())
              .put("trigger", order.trigger().code())
              .put("reason", reason(decision, certificate).code())
              .put("priority", decision.priority().number())
              .put("action", decision.action().code())
              .put("remove_from_device", decision.removeFromDevice())
              .put("event_at", order.eventAt().toString())
              .put("ordered_at", now.toString())
              .put("ordered_by", order.orderedBy())
              .put("comment", order.comment())
              .put("correlation_id", order.cause().correlationId());
      if (order.planId() != null) {
        node.put("plan_id", order.planId().toString());
      }
      if (certificate != null) {
        putCertificate(node, certificate);
      }
    }

    private Reason reason(Decision decision, @Nullable KnownCertificate certificate) {
      return certificate == null || cas.accepts(certificate.caId(), decision.reason())
          ? decision.reason()
          : Reason.UNSPECIFIED;
    }

    private void fill(Revocation awaiting, KnownCertificate certificate) {
      putCertificate(fills.addObject().put("id", awaiting.id().toString()), certificate);
    }

    private void putCertificate(
        com.fasterxml.jackson.databind.node.ObjectNode node, KnownCertificate certificate) {
      node.put("ca_id", certificate.caId())
          .put("issuer", certificate.issuer())
          .put("issuer_key", certificate.issuerKey())
          .put("serial", certificate.serial())
          .put("not_after", certificate.notAfter().toString())
          .put("channel", cas.channelOf(certificate.caId()).code());
    }

    private void raise(Revocation revocation, Order order, Decision decision) {
      if (decision.priority().number() < revocation.priority().number()) {
        raises
            .addObject()
            .put("id", revocation.id().toString())
            .put("priority", decision.priority().number())
            .put("trigger", order.trigger().code())
            .put("reason", decision.reason().code());
      }
    }
  }
}
