package io.certferry.revocation.intake;

import io.certferry.contracts.Keys;
import io.certferry.contracts.event.DeviceLifecycleChanged;
import io.certferry.contracts.event.EnrolmentEnded;
import io.certferry.messaging.BatchIntake;
import io.certferry.messaging.Cause;
import io.certferry.messaging.InboundEvent;
import io.certferry.messaging.IntakeMode;
import io.certferry.messaging.ServiceName;
import io.certferry.revocation.inventory.Locks;
import io.certferry.revocation.order.CaConfig;
import io.certferry.revocation.order.Order;
import io.certferry.revocation.order.OrderRevocations;
import io.certferry.revocation.policy.Trigger;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Devices and users that leave, and enrolments that profile-service ends. */
@Singleton
class LifecycleConsumer {

  private static final Logger LOG = Logger.getLogger(LifecycleConsumer.class);
  private static final String ALL_USERS = "*";

  private final BatchIntake intake;
  private final ServiceName service;
  private final EndingStore endings;
  private final OrderRevocations orders;
  private final CaConfig config;
  private final InstantSource clock;

  LifecycleConsumer(
      BatchIntake intake,
      ServiceName service,
      EndingStore endings,
      OrderRevocations orders,
      CaConfig config,
      InstantSource clock) {
    this.intake = intake;
    this.service = service;
    this.endings = endings;
    this.orders = orders;
    this.config = config;
    this.clock = clock;
  }

  @Incoming("lifecycle")
  Uni<Void> consume(ConsumerRecords<String, byte[]> records) {
    return intake.handle(service.value(), records, this::apply, IntakeMode.INBOX);
  }

  private Uni<Void> apply(SqlConnection tx, List<InboundEvent<?>> events) {
    List<EndingStore.Leaving> leavings = new ArrayList<>();
    List<Order> ended = new ArrayList<>();
    Map<UUID, Cause> causes = new HashMap<>();
    List<String> devices = new ArrayList<>();
    for (InboundEvent<?> event : events) {
      if (event.payload() instanceof DeviceLifecycleChanged change) {
        EndingStore.Leaving leaving = leaving(event, change);
        if (leaving != null) {
          leavings.add(leaving);
          causes.put(event.id(), Cause.of(event));
          devices.add(Keys.device(event.tenant(), change.deviceId()));
        }
      } else if (event.payload() instanceof EnrolmentEnded end && isOwn(event, end)) {
        ended.add(order(end, Cause.of(event)));
        devices.add(Keys.device(event.tenant(), end.naturalKey().deviceId()));
      }
    }
    return Locks.devices(tx, devices)
        .chain(() -> endings.record(tx, leavings))
        .map(
            requests -> {
              List<Order> all = new ArrayList<>(ended);
              requests.forEach(request -> all.add(order(request, causes)));
              return all;
            })
        .chain(all -> orders.order(tx, all))
        .replaceWithVoid();
  }

  /** A message of one tenant about another's device is nobody's. */
  private static boolean isOwn(InboundEvent<?> event, EnrolmentEnded end) {
    return event.tenant().equals(end.naturalKey().tenant());
  }

  private static Order order(EndingStore.EndedRequest request, Map<UUID, Cause> causes) {
    UUID event = request.eventId();
    Cause cause = event == null ? null : causes.get(event);
    return Order.of(
        request.requestId(),
        request.trigger(),
        request.eventAt(),
        cause == null ? Cause.fresh() : cause);
  }

  private static Order order(EnrolmentEnded end, Cause cause) {
    Trigger trigger = Trigger.of(end.cause()).orElse(Trigger.PROFILE_UNASSIGNED);
    return Order.of(end.requestId(), trigger, end.at(), cause);
  }

  private EndingStore.@Nullable Leaving leaving(
      InboundEvent<?> event, DeviceLifecycleChanged change) {
    Trigger trigger = Trigger.of(change.event()).orElse(null);
    if (trigger == null) {
      LOG.warnf("event=unknown-lifecycle tenant=%s name=%s", event.tenant(), change.event());
      return null;
    }
    Instant occurredAt = change.occurredAt() == null ? event.time() : change.occurredAt();
    return new EndingStore.Leaving(
        event.id(),
        event.tenant(),
        change.deviceId(),
        trigger == Trigger.USER_REMOVED ? userOf(change) : null,
        trigger,
        effective(occurredAt),
        occurredAt);
  }

  private static String userOf(DeviceLifecycleChanged change) {
    String user = change.userId();
    return user == null ? ALL_USERS : user;
  }

  /**
   * An MDM whose clock is behind must not leave a certificate alive; nothing after now is meant.
   */
  private Instant effective(Instant occurredAt) {
    Instant tolerant = occurredAt.plus(config.clockTolerance());
    Instant now = clock.instant();
    return tolerant.isBefore(now) ? tolerant : now;
  }
}
