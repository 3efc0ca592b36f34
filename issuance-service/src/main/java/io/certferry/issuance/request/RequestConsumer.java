package io.certferry.issuance.request;

import io.certferry.messaging.BatchIntake;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Takes commands of profile-service in. */
@ApplicationScoped
class RequestConsumer {

  static final String GROUP = "issuance-service";

  private final BatchIntake intake;
  private final RequestIntake requests;
  private final Stages stages;

  RequestConsumer(BatchIntake intake, RequestIntake requests, Stages stages) {
    this.intake = intake;
    this.requests = requests;
    this.stages = stages;
  }

  @Incoming("requests")
  Uni<Void> accept(ConsumerRecords<String, byte[]> batch) {
    return intake.handle(GROUP, batch, requests).invoke(this::nudge);
  }

  private void nudge() {
    stages.nudge(Stage.KEY);
    stages.nudge(Stage.PACKAGE);
  }
}
