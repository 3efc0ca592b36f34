package io.certferry.profile.directory;

import io.certferry.contracts.event.ConnectorReported;
import io.certferry.messaging.BatchIntake;
import io.certferry.messaging.InboundEvent;
import io.certferry.messaging.IntakeMode;
import io.certferry.messaging.ServiceName;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Heartbeats of connectors into the directory. */
@ApplicationScoped
public class ConnectorConsumer {

  private final BatchIntake intake;
  private final CaDirectory directory;
  private final ServiceName service;

  ConnectorConsumer(BatchIntake intake, CaDirectory directory, ServiceName service) {
    this.intake = intake;
    this.directory = directory;
    this.service = service;
  }

  @Incoming("connectors")
  public Uni<Void> consume(ConsumerRecords<String, byte[]> batch) {
    return intake.handle(service.value(), batch, this::take, IntakeMode.NATURAL_KEY);
  }

  private Uni<Void> take(SqlConnection tx, List<InboundEvent<?>> events) {
    return Multi.createFrom()
        .iterable(events)
        .filter(event -> event.payload() instanceof ConnectorReported)
        .onItem()
        .transformToUniAndConcatenate(
            event -> directory.take(tx, event.tenant(), (ConnectorReported) event.payload()))
        .collect()
        .asList()
        .replaceWithVoid();
  }
}
