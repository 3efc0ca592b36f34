package io.certferry.issuance.revocation;

import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.event.RemovalRequested;
import io.certferry.contracts.event.RequestState;
import io.certferry.contracts.event.RevocationOrdered;
import io.certferry.issuance.request.Advance;
import io.certferry.issuance.request.Progress;
import io.certferry.issuance.request.RequestRow;
import io.certferry.issuance.request.RequestStore;
import io.certferry.issuance.request.Withdrawals;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.BatchIntake;
import io.certferry.messaging.Cause;
import io.certferry.messaging.InboundEvent;
import io.certferry.messaging.OutboundEvent;
import io.certferry.messaging.Outbox;
import io.certferry.messaging.crash.CrashPoint;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The barrier T (invariant I9). One transaction moves the request to REVOKING, which fences every
 * worker that holds it, withdraws its packages, reports its certificate if there is one, and asks
 * for the removal of what may be on the device. What no CA has heard of is CANCELLED instead, and
 * so is what was delivered and is only to be removed: nobody will revoke it. A request that ended
 * by itself, or was barred before, is answered with its recorded state.
 */
@Singleton
class Barrier implements BatchIntake.BatchHandler {

  private static final Logger LOG = Logger.getLogger(Barrier.class);

  private final RequestStore requests;
  private final BarrierStore store;
  private final Withdrawals withdrawals;
  private final Outbox outbox;
  private final AuditTrail audit;

  Barrier(
      RequestStore requests,
      BarrierStore store,
      Withdrawals withdrawals,
      Outbox outbox,
      AuditTrail audit) {
    this.requests = requests;
    this.store = store;
    this.withdrawals = withdrawals;
    this.outbox = outbox;
    this.audit = audit;
  }

  /** An order and the message that brought it. */
  record Ordered(RevocationOrdered order, Cause cause) {

    /** Imports and roots are only removed, certificates where their profile says so. */
    boolean asksForRevocation() {
      return order.action().equals("revoke");
    }

    boolean asksForRemoval() {
      return !Boolean.FALSE.equals(order.removeFromDevice());
    }
  }

  @Override
  public Uni<Void> handle(SqlConnection tx, List<InboundEvent<?>> events) {
    List<Ordered> orders = orders(events);
    return orders.isEmpty()
        ? Uni.createFrom().voidItem()
        : store.resolve(tx, orders).flatMap(byRequest -> bar(tx, byRequest));
  }

  private static List<Ordered> orders(List<InboundEvent<?>> events) {
    List<Ordered> orders = new ArrayList<>();
    for (InboundEvent<?> event : events) {
      if (event.payload() instanceof RevocationOrdered order
          && event.tenant().equals(order.naturalKey().tenant())
          && !order.action().equals("keep")) {
        orders.add(new Ordered(order, Cause.of(event)));
      }
    }
    return orders;
  }

  private Uni<Void> bar(SqlConnection tx, Map<UUID, Ordered> orders) {
    return requests
        .lock(tx, orders.keySet())
        .flatMap(
            rows ->
                store
                    .known(tx, rows.keySet())
                    .flatMap(known -> write(tx, new Barring(orders, rows, known))))
        .invoke(CrashPoint.REVOCATION_BARRIER_BEFORE_COMMIT::hit);
  }

  private Uni<Void> write(SqlConnection tx, Barring barring) {
    return withdrawals
        .withdraw(tx, barring.causes, "revoked")
        .chain(() -> store.keepAsBarred(tx, barring.unchecked))
        .chain(() -> store.quarantine(tx, barring.foreign))
        .chain(() -> requests.advance(tx, barring.advances))
        .chain(() -> outbox.append(tx, barring.events))
        .chain(() -> audit.append(tx, barring.entries));
  }

  /** What a batch of orders does, request by request. */
  private static final class Barring {
    private final Map<UUID, Cause> causes = new LinkedHashMap<>();
    private final Map<UUID, String> unchecked = new HashMap<>();
    private final List<UUID> foreign = new ArrayList<>();
    private final List<Advance> advances = new ArrayList<>();
    private final List<OutboundEvent> events = new ArrayList<>();
    private final List<AuditEntry> entries = new ArrayList<>();

    Barring(
        Map<UUID, Ordered> orders,
        Map<UUID, RequestRow> rows,
        Map<UUID, BarrierStore.Known> known) {
      rows.forEach(
          (id, row) ->
              addIfMeant(
                  row,
                  Objects.requireNonNull(orders.get(id)),
                  Objects.requireNonNull(known.get(id))));
    }

    /** An order that names one request and another natural key is nobody's. */
    private void addIfMeant(RequestRow row, Ordered ordered, BarrierStore.Known known) {
      if (row.naturalKey().equals(ordered.order().naturalKey())) {
        add(row, ordered, known);
      } else {
        LOG.warnf(
            "event=order-mismatch tenant=%s requestId=%s revocationId=%s",
            ordered.order().naturalKey().tenant(), row.requestId(), ordered.order().revocationId());
      }
    }

    private void add(RequestRow row, Ordered ordered, BarrierStore.Known known) {
      switch (row.state()) {
        case ACCEPTED, KEYED -> move(row, ordered, RequestState.CANCELLED, null);
        case SUBMITTING, PENDING_AT_CA, UNKNOWN_AT_CA, QUARANTINED ->
            move(row, ordered, RequestState.REVOKING, null);
        case ISSUED, PACKAGED -> barUnchecked(row, ordered, known);
        case OFFERED, INSTALLED, KEY_DESTROYED, SUPERSEDED ->
            move(
                row,
                ordered,
                ordered.asksForRevocation() ? RequestState.REVOKING : RequestState.CANCELLED,
                known.certificate());
        case REVOKING, REVOKED, CANCELLED, DENIED, FAILED ->
            events.add(Progress.recorded(row, known.certificate(), ordered.cause()).event());
      }
      if (ordered.asksForRemoval() && known.packageId() != null) {
        events.add(removal(row, ordered, known));
      }
    }

    /** The certificate is there and nobody has compared it with the grant yet. */
    private void barUnchecked(RequestRow row, Ordered ordered, BarrierStore.Known known) {
      CertificateFacts facts = known.certificate();
      if (facts != null && known.isOwnKey()) {
        unchecked.put(row.requestId(), facts.serial());
        move(row, ordered, RequestState.REVOKING, facts);
      } else {
        foreign.add(row.requestId());
        move(row, ordered, RequestState.REVOKING, null);
      }
    }

    private void move(
        RequestRow row, Ordered ordered, RequestState to, @Nullable CertificateFacts facts) {
      causes.put(row.requestId(), ordered.cause());
      advances.add(
          Advance.to(row, to)
              .because("revoked", "ended by " + ordered.order().trigger())
              .with(facts));
      entries.add(entry(row, ordered, to));
    }

    private static OutboundEvent removal(
        RequestRow row, Ordered ordered, BarrierStore.Known known) {
      return Progress.onCertificates(
          row.naturalKey(),
          new RemovalRequested(
              row.requestId(),
              row.naturalKey(),
              known.packageId(),
              known.certificate(),
              ordered.order().trigger()),
          ordered.cause());
    }

    private static AuditEntry entry(RequestRow row, Ordered ordered, RequestState to) {
      Map<String, String> facts = new TreeMap<>();
      facts.put("from", row.state().name());
      facts.put("revocationId", ordered.order().revocationId().toString());
      facts.put("trigger", ordered.order().trigger());
      facts.put("action", ordered.order().action());
      return new AuditEntry(
          row.naturalKey().tenant(),
          "request." + to.name().toLowerCase(Locale.ROOT),
          "revocation-service",
          row.auditSubject(),
          facts);
    }
  }
}
