package io.certferry.profile.imported;

import io.certferry.contracts.UserIds;
import io.certferry.contracts.event.ImportChanged;
import io.certferry.contracts.event.ImportDeliveryFailed;
import io.certferry.messaging.BatchIntake;
import io.certferry.messaging.Cause;
import io.certferry.messaging.InboundEvent;
import io.certferry.messaging.IntakeMode;
import io.certferry.messaging.ServiceName;
import io.certferry.profile.device.DeviceKey;
import io.certferry.profile.device.DeviceStore;
import io.certferry.profile.imported.UserImports.Owner;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Learns of users' imports. Their devices are looked at again when they report next; a deleted
 * import is taken from them at once. Versions make a repeated or late message harmless.
 */
@ApplicationScoped
public class ImportsConsumer {

  private static final Logger LOG = Logger.getLogger(ImportsConsumer.class);

  private final BatchIntake intake;
  private final UserImportStore imports;
  private final ImportEndings endings;
  private final FailedDeliveries failures;
  private final DeviceStore devices;
  private final ServiceName service;
  private final InstantSource clock;

  ImportsConsumer(
      BatchIntake intake,
      UserImportStore imports,
      ImportEndings endings,
      FailedDeliveries failures,
      DeviceStore devices,
      ServiceName service,
      InstantSource clock) {
    this.intake = intake;
    this.imports = imports;
    this.endings = endings;
    this.failures = failures;
    this.devices = devices;
    this.service = service;
    this.clock = clock;
  }

  @Incoming("imports")
  public Uni<Void> consume(ConsumerRecords<String, byte[]> batch) {
    return intake.handle(service.value(), batch, this::take, IntakeMode.NATURAL_KEY);
  }

  private Uni<Void> take(SqlConnection tx, List<InboundEvent<?>> events) {
    Batch batch = new Batch(events);
    return learn(tx, batch).chain(() -> failures.record(tx, batch.failures));
  }

  private Uni<Void> learn(SqlConnection tx, Batch batch) {
    if (batch.changes.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<UserImport> all = List.copyOf(batch.changes.values());
    return imports
        .exclude(tx, owners(all))
        .chain(() -> imports.write(tx, all, batch.changedAt))
        .chain(
            written -> {
              Set<UUID> ids = new HashSet<>(written);
              return spread(
                  tx, all.stream().filter(i -> ids.contains(i.importId())).toList(), batch);
            });
  }

  private Uni<Void> spread(SqlConnection tx, List<UserImport> changed, Batch batch) {
    if (changed.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Instant now = clock.instant();
    List<UserImport> deleted =
        changed.stream().filter(i -> i.state() == UserImport.State.DELETED).toList();
    return imports
        .devices(tx, owners(changed))
        .chain(keys -> devices.lock(tx, keys).chain(() -> devices.lookAgainBy(tx, at(keys, now))))
        .chain(() -> end(tx, deleted, batch, now));
  }

  private Uni<Void> end(SqlConnection tx, List<UserImport> deleted, Batch batch, Instant now) {
    if (deleted.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return endings
        .ofDeleted(tx, deleted, batch.cause)
        .chain(
            found ->
                devices
                    .lock(tx, found.stream().map(ImportsConsumer::device).distinct().toList())
                    .chain(() -> endings.end(tx, found, now)));
  }

  private static DeviceKey device(Ending ending) {
    return new DeviceKey(ending.naturalKey().tenant(), ending.naturalKey().deviceId());
  }

  private static Map<DeviceKey, Instant> at(List<DeviceKey> keys, Instant now) {
    Map<DeviceKey, Instant> times = new HashMap<>();
    keys.forEach(key -> times.put(key, now));
    return times;
  }

  private static Set<Owner> owners(List<UserImport> imports) {
    Set<Owner> owners = new HashSet<>();
    imports.forEach(each -> owners.add(new Owner(each.tenant(), each.userPrincipalName())));
    return owners;
  }

  /** Of each import the newest change, and the failures. */
  private static final class Batch {
    private final Map<UUID, UserImport> changes = new LinkedHashMap<>();
    private final Map<UUID, Instant> changedAt = new HashMap<>();
    private final List<ImportDeliveryFailed> failures = new ArrayList<>();
    private Cause cause = Cause.fresh();

    Batch(List<InboundEvent<?>> events) {
      events.forEach(this::add);
    }

    private void add(InboundEvent<?> event) {
      if (event.payload() instanceof ImportChanged change) {
        add(event, change);
      } else if (event.payload() instanceof ImportDeliveryFailed failure
          && failure.naturalKey().tenant().equals(event.tenant())) {
        failures.add(failure);
      }
    }

    private void add(InboundEvent<?> event, ImportChanged change) {
      UserImport.State state = UserImport.State.of(change.state()).orElse(null);
      if (state == null) {
        LOG.warnf("event=unknown-import-state tenant=%s state=%s", event.tenant(), change.state());
        return;
      }
      UserImport known = changes.get(change.importId());
      if (known == null || known.version() < change.version()) {
        changes.put(change.importId(), of(event.tenant(), change, state));
        changedAt.put(change.importId(), change.at());
        cause = Cause.of(event);
      }
    }

    private static UserImport of(String tenant, ImportChanged change, UserImport.State state) {
      return new UserImport(
          tenant,
          change.importId(),
          UserIds.lower(Objects.requireNonNull(change.userPrincipalName())),
          change.thumbprint(),
          change.purpose(),
          change.notBefore(),
          change.notAfter(),
          state,
          change.reason(),
          change.version());
    }
  }
}
