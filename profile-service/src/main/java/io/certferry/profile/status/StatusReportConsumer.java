package io.certferry.profile.status;

import io.certferry.contracts.event.DeviceStatusReported;
import io.certferry.edge.FieldError;
import io.certferry.edge.FieldErrors;
import io.certferry.messaging.BatchIntake;
import io.certferry.messaging.InboundEvent;
import io.certferry.messaging.PreparedHandler;
import io.certferry.messaging.Refusal;
import io.certferry.messaging.ServiceName;
import io.certferry.profile.status.StatusReports.Line;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Status reports from Kafka. */
@ApplicationScoped
public class StatusReportConsumer {

  private final BatchIntake intake;
  private final StatusReports reports;
  private final ServiceName service;

  StatusReportConsumer(BatchIntake intake, StatusReports reports, ServiceName service) {
    this.intake = intake;
    this.reports = reports;
    this.service = service;
  }

  @Incoming("status")
  public Uni<Void> consume(ConsumerRecords<String, byte[]> batch) {
    return intake.handle(service.value(), batch, new Handler());
  }

  private record Batch(List<Line> lines, List<Refusal> refusals) {}

  private final class Handler implements PreparedHandler<Batch> {

    @Override
    public Uni<Batch> prepare(List<InboundEvent<?>> events) {
      Batch batch = new Batch(new ArrayList<>(), new ArrayList<>());
      events.forEach(event -> sort(event, batch));
      return Uni.createFrom().item(batch);
    }

    @Override
    public Uni<List<Refusal>> apply(SqlConnection tx, Batch batch) {
      return reports.take(tx, batch.lines()).replaceWith(List.copyOf(batch.refusals()));
    }
  }

  private static void sort(InboundEvent<?> event, Batch batch) {
    if (!(event.payload() instanceof DeviceStatusReported report)) {
      batch.refusals().add(new Refusal(event, "foreign-type", "is no status report"));
      return;
    }
    FieldErrors errors = new FieldErrors();
    StatusReports.check(report, errors);
    if (errors.isEmpty()) {
      batch
          .lines()
          .add(
              new Line(
                  event.tenant(),
                  report,
                  Objects.requireNonNullElse(report.occurredAt(), event.time())));
    } else {
      FieldError first = errors.toList().get(0);
      batch.refusals().add(new Refusal(event, first.rule(), first.field() + " " + first.message()));
    }
  }
}
