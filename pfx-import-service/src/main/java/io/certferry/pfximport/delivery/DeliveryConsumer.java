package io.certferry.pfximport.delivery;

import io.certferry.messaging.BatchIntake;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Takes profile-service's commands in. */
@ApplicationScoped
class DeliveryConsumer {

  static final String GROUP = "pfx-import-service";

  private final BatchIntake intake;
  private final DeliveryIntake deliveries;
  private final DeliveryStage stage;

  DeliveryConsumer(BatchIntake intake, DeliveryIntake deliveries, DeliveryStage stage) {
    this.intake = intake;
    this.deliveries = deliveries;
    this.stage = stage;
  }

  @Incoming("deliveries")
  Uni<Void> accept(ConsumerRecords<String, byte[]> batch) {
    return intake.handle(GROUP, batch, deliveries).invoke(stage::nudge);
  }
}
