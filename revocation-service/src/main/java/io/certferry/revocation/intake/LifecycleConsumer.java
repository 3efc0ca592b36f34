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
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

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
    Map<UUID, Cause> causes = new HashMap<>();
    for (InboundEvent<?> event : events) {
      leaving(event)
          .ifPresent(
              leaving -> {
                leavings.add(leaving);
                causes.put(event.id(), Cause.of(event));
              });
    }
    return Locks.devices(tx, devices(leavings))
        .chain(() -> endings.record(tx, leavings))
        .map(requests -> requests.stream().map(request -> order(request, causes)).toList())
        .chain(all -> orders.order(tx, all))
        .replaceWithVoid();
  }

  private static List<String> devices(List<EndingStore.Leaving> leavings) {
    return leavings.stream().map(one -> Keys.device(one.tenant(), one.deviceId())).toList();
  }

  private Optional<EndingStore.Leaving> leaving(InboundEvent<?> event) {
    if (event.payload() instanceof DeviceLifecycleChanged change) {
      return leaving(event, change);
    }
    return event.payload() instanceof EnrolmentEnded end && isOwn(event, end)
        ? Optional.of(leaving(event, end))
        : Optional.empty();
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

  private static EndingStore.Leaving leaving(InboundEvent<?> event, EnrolmentEnded end) {
    return new EndingStore.Leaving(
        event.id(),
        event.tenant(),
        end.naturalKey().deviceId(),
        end.requestId(),
        null,
        Trigger.of(end.cause()).orElse(Trigger.PROFILE_UNASSIGNED),
        end.at(),
        end.at());
  }

  private Optional<EndingStore.Leaving> leaving(
      InboundEvent<?> event, DeviceLifecycleChanged change) {
    Optional<Trigger> trigger = Trigger.of(change.event());
    if (trigger.isEmpty()) {
      LOG.warnf("event=unknown-lifecycle tenant=%s name=%s", event.tenant(), change.event());
    }
    Instant occurredAt = change.occurredAt() == null ? event.time() : change.occurredAt();
    return trigger.map(
        known ->
            new EndingStore.Leaving(
                event.id(),
                event.tenant(),
                change.deviceId(),
                null,
                known == Trigger.USER_REMOVED ? userOf(change) : null,
                known,
                effective(occurredAt),
                occurredAt));
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
