package io.certferry.profile.revocation;

import io.certferry.contracts.event.RevocationOrdered;
import io.certferry.contracts.event.RevocationProgressed;
import io.certferry.messaging.BatchIntake;
import io.certferry.messaging.InboundEvent;
import io.certferry.messaging.IntakeMode;
import io.certferry.messaging.ServiceName;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Follows revocations; versions make a repeated or late report harmless. */
@ApplicationScoped
class RevocationConsumer {

  private final BatchIntake intake;
  private final RevocationStore store;
  private final ServiceName service;

  RevocationConsumer(BatchIntake intake, RevocationStore store, ServiceName service) {
    this.intake = intake;
    this.store = store;
    this.service = service;
  }

  @Incoming("revocations")
  Uni<Void> consume(ConsumerRecords<String, byte[]> batch) {
    return intake.handle(service.value(), batch, this::take, IntakeMode.NATURAL_KEY);
  }

  private Uni<Void> take(SqlConnection tx, List<InboundEvent<?>> events) {
    List<RevocationReport> reports = new ArrayList<>();
    events.forEach(event -> reportOf(event).ifPresent(reports::add));
    return store.record(tx, reports);
  }

  private static Optional<RevocationReport> reportOf(InboundEvent<?> event) {
    Optional<RevocationReport> report = Optional.empty();
    if (event.payload() instanceof RevocationOrdered ordered) {
      report = RevocationReport.of(ordered);
    } else if (event.payload() instanceof RevocationProgressed progressed) {
      report = RevocationReport.of(progressed);
    }
    return report.filter(one -> one.tenant().equals(event.tenant()));
  }
}
