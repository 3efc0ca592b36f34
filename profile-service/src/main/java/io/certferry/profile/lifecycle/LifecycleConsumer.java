package io.certferry.profile.lifecycle;

import io.certferry.contracts.Keys;
import io.certferry.contracts.event.DeviceLifecycleChanged;
import io.certferry.contracts.event.EnrolmentEnded;
import io.certferry.edge.FieldError;
import io.certferry.edge.FieldErrors;
import io.certferry.messaging.BatchIntake;
import io.certferry.messaging.InboundEvent;
import io.certferry.messaging.PreparedHandler;
import io.certferry.messaging.Refusal;
import io.certferry.messaging.ServiceName;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Lifecycle events from Kafka, be they the MDM's or those that came by REST and come by again. */
@ApplicationScoped
public class LifecycleConsumer {

  private final BatchIntake intake;
  private final Departures departures;
  private final ServiceName service;

  LifecycleConsumer(BatchIntake intake, Departures departures, ServiceName service) {
    this.intake = intake;
    this.departures = departures;
    this.service = service;
  }

  @Incoming("lifecycle")
  public Uni<Void> consume(ConsumerRecords<String, byte[]> batch) {
    return intake.handle(service.value(), batch, new Handler());
  }

  private record Batch(List<Departure> departures, List<Refusal> refusals) {}

  private final class Handler implements PreparedHandler<Batch> {

    @Override
    public Uni<Batch> prepare(List<InboundEvent<?>> events) {
      Batch batch = new Batch(new ArrayList<>(), new ArrayList<>());
      events.forEach(event -> sort(event, batch));
      return Uni.createFrom().item(batch);
    }

    @Override
    public Uni<List<Refusal>> apply(SqlConnection tx, Batch batch) {
      return Multi.createFrom()
          .iterable(batch.departures())
          .onItem()
          .transformToUniAndConcatenate(d -> departures.apply(tx, d, "mdm"))
          .collect()
          .asList()
          .replaceWith(List.copyOf(batch.refusals()));
    }
  }

  private static void sort(InboundEvent<?> event, Batch batch) {
    if (event.payload() instanceof EnrolmentEnded) {
      return;
    }
    if (!(event.payload() instanceof DeviceLifecycleChanged change)) {
      batch.refusals().add(new Refusal(event, "foreign-type", "is no lifecycle event"));
      return;
    }
    FieldErrors errors = new FieldErrors();
    Departure.check(change, errors);
    errors.require(
        event.key().equals(Keys.device(event.tenant(), change.deviceId())),
        "",
        "key",
        "the key is not tenant/deviceId");
    if (errors.isEmpty()) {
      batch
          .departures()
          .add(
              new Departure(
                  event.tenant(),
                  change,
                  Objects.requireNonNullElse(change.occurredAt(), event.time())));
    } else {
      FieldError first = errors.toList().get(0);
      batch.refusals().add(new Refusal(event, first.rule(), first.field() + " " + first.message()));
    }
  }
}
