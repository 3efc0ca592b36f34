package io.certferry.profile.enrolment;

import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.event.PackageReady;
import io.certferry.contracts.event.PackageWithdrawn;
import io.certferry.contracts.event.RequestProgressed;
import io.certferry.messaging.BatchIntake;
import io.certferry.messaging.InboundEvent;
import io.certferry.messaging.IntakeMode;
import io.certferry.messaging.ServiceName;
import io.certferry.profile.device.DeviceKey;
import io.certferry.profile.device.DeviceStore;
import io.certferry.profile.enrolment.ProgressStore.Known;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of requests and their packages, as issuance-service tells it. Versions make a
 * repeated or late report harmless.
 */
@ApplicationScoped
public class ProgressConsumer {

  private final BatchIntake intake;
  private final ProgressStore store;
  private final EnrolmentStore enrolments;
  private final DeviceStore devices;
  private final ServiceName service;

  ProgressConsumer(
      BatchIntake intake,
      ProgressStore store,
      EnrolmentStore enrolments,
      DeviceStore devices,
      ServiceName service) {
    this.intake = intake;
    this.store = store;
    this.enrolments = enrolments;
    this.devices = devices;
    this.service = service;
  }

  @Incoming("certificates")
  public Uni<Void> consume(ConsumerRecords<String, byte[]> batch) {
    return intake.handle(service.value(), batch, this::take, IntakeMode.NATURAL_KEY);
  }

  private Uni<Void> take(SqlConnection tx, List<InboundEvent<?>> events) {
    return store
        .known(tx, requestIds(events))
        .chain(
            known -> {
              Batch batch = new Batch(known, events);
              return batch.isEmpty() ? Uni.createFrom().voidItem() : write(tx, batch);
            });
  }

  /** Devices are locked first, as in every transaction that touches both. */
  private Uni<Void> write(SqlConnection tx, Batch batch) {
    return devices
        .lock(tx, batch.devices)
        .chain(() -> store.progress(tx, List.copyOf(batch.progress.values()), batch.renewals))
        .chain(() -> store.ready(tx, List.copyOf(batch.ready.values())))
        .chain(() -> store.withdrawn(tx, batch.withdrawn.values(), batch.withdrawn.keySet()))
        .chain(() -> enrolments.record(tx, batch.steps))
        .chain(() -> devices.lookAgainBy(tx, batch.looks));
  }

  private static Set<UUID> requestIds(List<InboundEvent<?>> events) {
    Set<UUID> ids = new HashSet<>();
    for (InboundEvent<?> event : events) {
      if (event.payload() instanceof RequestProgressed progress) {
        ids.add(progress.requestId());
      } else if (event.payload() instanceof PackageReady ready) {
        ids.add(ready.requestId());
      } else if (event.payload() instanceof PackageWithdrawn withdrawn) {
        ids.add(withdrawn.requestId());
      }
    }
    return ids;
  }

  /** What of a batch is to be written: of each request the newest report, and every step once. */
  private static final class Batch {
    private final Map<UUID, Known> known;
    private final Map<UUID, RequestProgressed> progress = new LinkedHashMap<>();
    private final Map<UUID, PackageReady> ready = new LinkedHashMap<>();
    private final Map<UUID, UUID> withdrawn = new LinkedHashMap<>();
    private final Map<UUID, Instant> renewals = new HashMap<>();
    private final Map<DeviceKey, Instant> looks = new HashMap<>();
    private final Collection<DeviceKey> devices = new HashSet<>();
    private final List<Step> steps = new ArrayList<>();

    Batch(Map<UUID, Known> known, List<InboundEvent<?>> events) {
      this.known = known;
      events.forEach(this::add);
    }

    boolean isEmpty() {
      return progress.isEmpty() && ready.isEmpty() && withdrawn.isEmpty();
    }

    private void add(InboundEvent<?> event) {
      if (event.payload() instanceof RequestProgressed report) {
        add(event.tenant(), report);
      } else if (event.payload() instanceof PackageReady report) {
        if (isOurs(event.tenant(), report.requestId(), report.naturalKey())) {
          ready.merge(report.requestId(), report, Batch::newer);
          step(
              report.requestId(),
              "package-" + report.packageId(),
              report.createdAt(),
              "package-ready",
              null);
        }
      } else if (event.payload() instanceof PackageWithdrawn report
          && isOurs(event.tenant(), report.requestId(), report.naturalKey())) {
        withdrawn.put(report.packageId(), report.requestId());
        step(
            report.requestId(),
            "withdrawn-" + report.packageId(),
            event.time(),
            "package-withdrawn",
            report.reason());
      }
    }

    private void add(String tenant, RequestProgressed report) {
      if (!isOurs(tenant, report.requestId(), report.naturalKey())) {
        return;
      }
      Known enrolment = known.get(report.requestId());
      if (enrolment == null || !enrolment.isChangedBy(report)) {
        return;
      }
      progress.merge(report.requestId(), report, (a, b) -> b.version() >= a.version() ? b : a);
      steps.add(
          new Step(
              report.requestId(),
              "state-" + report.version(),
              report.at(),
              report.state().name(),
              report.reason(),
              report.detail()));
      noteRenewal(enrolment, report);
    }

    private void noteRenewal(Known enrolment, RequestProgressed report) {
      CertificateFacts facts = report.certificate();
      Integer percent = enrolment.renewalPercent();
      if (facts != null && percent != null) {
        Instant at =
            RenewalWindow.of(facts.notBefore(), facts.notAfter(), percent)
                .instantOf(report.requestId());
        renewals.put(report.requestId(), at);
        lookBy(report.naturalKey(), at);
      }
      if (Revoked.STATES.contains(report.state())) {
        lookBy(report.naturalKey(), report.at());
      }
    }

    private void lookBy(NaturalKey key, Instant at) {
      looks.merge(device(key), at, (a, b) -> a.isBefore(b) ? a : b);
    }

    private boolean isOurs(String tenant, UUID requestId, NaturalKey key) {
      Known enrolment = known.get(requestId);
      boolean ours =
          enrolment != null && enrolment.tenant().equals(tenant) && key.tenant().equals(tenant);
      if (ours) {
        devices.add(device(key));
      }
      return ours;
    }

    private void step(
        UUID requestId, String key, Instant at, String step, @Nullable String reason) {
      steps.add(new Step(requestId, key, at, step, reason, null));
    }

    private static DeviceKey device(NaturalKey key) {
      return new DeviceKey(key.tenant(), key.deviceId());
    }

    private static PackageReady newer(PackageReady a, PackageReady b) {
      return b.createdAt().isBefore(a.createdAt()) ? a : b;
    }
  }
}
