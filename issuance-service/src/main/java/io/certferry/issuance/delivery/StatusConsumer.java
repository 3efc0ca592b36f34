package io.certferry.issuance.delivery;

import io.certferry.contracts.event.DeviceStatusReported;
import io.certferry.messaging.BatchIntake;
import io.certferry.messaging.Cause;
import io.certferry.messaging.InboundEvent;
import io.certferry.messaging.IntakeMode;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Takes the devices' status in; the same effect as an acknowledgement by REST. */
@ApplicationScoped
class StatusConsumer {

  private final BatchIntake intake;
  private final StatusReports reports;

  StatusConsumer(BatchIntake intake, StatusReports reports) {
    this.intake = intake;
    this.reports = reports;
  }

  @Incoming("status")
  Uni<Void> accept(ConsumerRecords<String, byte[]> batch) {
    return intake
        .handle("issuance-service", batch, this::handle, IntakeMode.INBOX)
        .invoke(reports::announce);
  }

  private Uni<Void> handle(SqlConnection tx, List<InboundEvent<?>> events) {
    List<StatusReports.Report> all = new ArrayList<>();
    for (InboundEvent<?> event : events) {
      if (event.payload() instanceof DeviceStatusReported status) {
        all.add(
            new StatusReports.Report(
                event.tenant(),
                status.packageId(),
                status.deviceId(),
                status.outcome(),
                status.detail(),
                status.occurredAt() == null ? event.time() : status.occurredAt(),
                "mdm",
                Cause.of(event)));
      }
    }
    return all.isEmpty() ? Uni.createFrom().voidItem() : reports.apply(tx, all).replaceWithVoid();
  }
}
