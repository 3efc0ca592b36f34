package io.certferry.revocation.intake;

import io.certferry.contracts.Keys;
import io.certferry.contracts.event.RequestProgressed;
import io.certferry.contracts.event.RequestState;
import io.certferry.messaging.BatchIntake;
import io.certferry.messaging.Cause;
import io.certferry.messaging.InboundEvent;
import io.certferry.messaging.IntakeMode;
import io.certferry.messaging.ServiceName;
import io.certferry.revocation.inventory.Inventory;
import io.certferry.revocation.inventory.KnownCertificate;
import io.certferry.revocation.inventory.Locks;
import io.certferry.revocation.order.Order;
import io.certferry.revocation.order.OrderRevocations;
import io.certferry.revocation.order.Progress;
import io.certferry.revocation.policy.Trigger;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Learns requests and certificates, and does what was waiting for them: a certificate of a request
 * that has ended is revoked now, an installed one supersedes the older generation, a reported
 * barrier is recorded.
 */
@Singleton
class CertificatesConsumer {

  /** issuance-service delivers nothing more; CANCELLED has nothing that a CA could revoke. */
  private static final Set<RequestState> BARRED =
      EnumSet.of(RequestState.REVOKING, RequestState.REVOKED, RequestState.CANCELLED);

  private final BatchIntake intake;
  private final ServiceName service;
  private final Inventory inventory;
  private final EndingStore endings;
  private final OrderRevocations orders;
  private final Progress progress;

  CertificatesConsumer(
      BatchIntake intake,
      ServiceName service,
      Inventory inventory,
      EndingStore endings,
      OrderRevocations orders,
      Progress progress) {
    this.intake = intake;
    this.service = service;
    this.inventory = inventory;
    this.endings = endings;
    this.orders = orders;
    this.progress = progress;
  }

  @Incoming("certificates")
  Uni<Void> consume(ConsumerRecords<String, byte[]> records) {
    return intake.handle(service.value(), records, this::apply, IntakeMode.NATURAL_KEY);
  }

  private Uni<Void> apply(SqlConnection tx, List<InboundEvent<?>> events) {
    List<RequestProgressed> reports = new ArrayList<>();
    Map<UUID, Cause> causes = new HashMap<>();
    for (InboundEvent<?> event : events) {
      if (event.payload() instanceof RequestProgressed report
          && report.naturalKey().tenant().equals(event.tenant())) {
        reports.add(report);
        causes.put(report.requestId(), Cause.of(event));
      }
    }
    return reports.isEmpty()
        ? Uni.createFrom().voidItem()
        : Locks.devices(tx, devices(reports))
            .chain(() -> inventory.learn(tx, reports))
            .chain(learnt -> follow(tx, reports, learnt, causes));
  }

  private static List<String> devices(List<RequestProgressed> reports) {
    return reports.stream()
        .map(report -> Keys.device(report.naturalKey().tenant(), report.naturalKey().deviceId()))
        .toList();
  }

  private Uni<Void> follow(
      SqlConnection tx,
      List<RequestProgressed> reports,
      Inventory.Learnt learnt,
      Map<UUID, Cause> causes) {
    return endings
        .endedBeforeKnown(tx, learnt.requests())
        .chain(ended -> order(tx, ended, causes))
        .chain(() -> endings.stillEnded(tx, requestsOf(learnt.certificates())))
        .chain(ended -> order(tx, ended, causes))
        .chain(() -> progress.barred(tx, barriers(reports)))
        .chain(() -> progress.over(tx, matching(reports, CertificatesConsumer::isOver)))
        .chain(() -> supersede(tx, reports, causes));
  }

  private static List<UUID> requestsOf(List<KnownCertificate> certificates) {
    return certificates.stream().map(KnownCertificate::requestId).distinct().toList();
  }

  private Uni<Void> order(
      SqlConnection tx, List<EndingStore.EndedRequest> ended, Map<UUID, Cause> causes) {
    List<Order> all =
        ended.stream()
            .map(
                request ->
                    Order.of(
                        request.requestId(),
                        request.trigger(),
                        request.eventAt(),
                        causeOf(request.requestId(), causes)))
            .toList();
    return orders.order(tx, all).replaceWithVoid();
  }

  private static Cause causeOf(UUID requestId, Map<UUID, Cause> causes) {
    Cause cause = causes.get(requestId);
    return cause == null ? Cause.fresh() : cause;
  }

  private static Map<UUID, Instant> barriers(List<RequestProgressed> reports) {
    Map<UUID, Instant> barriers = new HashMap<>();
    for (RequestProgressed report : reports) {
      if (BARRED.contains(report.state())) {
        barriers.merge(report.requestId(), report.at(), (a, b) -> a.isBefore(b) ? a : b);
      }
    }
    return barriers;
  }

  private static boolean isOver(RequestProgressed report) {
    return report.certificate() == null
        && Set.of(
                RequestState.DENIED,
                RequestState.FAILED,
                RequestState.CANCELLED,
                RequestState.REVOKED)
            .contains(report.state());
  }

  private static List<UUID> matching(
      List<RequestProgressed> reports, Predicate<RequestProgressed> condition) {
    return reports.stream().filter(condition).map(RequestProgressed::requestId).distinct().toList();
  }

  /** What a newer generation replaces ends only once that one is on the device. */
  private Uni<Void> supersede(
      SqlConnection tx, List<RequestProgressed> reports, Map<UUID, Cause> causes) {
    List<UUID> installed = matching(reports, report -> report.state() == RequestState.INSTALLED);
    return inventory
        .replaceOlder(tx, installed)
        .map(
            replaced ->
                replaced.stream()
                    .map(
                        one ->
                            Order.of(
                                one.requestId(),
                                Trigger.of(one.trigger()).orElse(Trigger.SUPERSEDED),
                                one.effectiveAt(),
                                causeOf(one.requestId(), causes)))
                    .toList())
        .chain(all -> orders.order(tx, all))
        .replaceWithVoid();
  }
}
