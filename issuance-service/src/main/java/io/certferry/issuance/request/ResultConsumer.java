package io.certferry.issuance.request;

import io.certferry.messaging.BatchIntake;
import io.certferry.messaging.IntakeMode;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Takes the connectors' results in. */
@ApplicationScoped
class ResultConsumer {

  private final BatchIntake intake;
  private final ResultIntake results;
  private final Stages stages;

  ResultConsumer(BatchIntake intake, ResultIntake results, Stages stages) {
    this.intake = intake;
    this.results = results;
    this.stages = stages;
  }

  @Incoming("results")
  Uni<Void> accept(ConsumerRecords<String, byte[]> batch) {
    return intake
        .handle(RequestConsumer.GROUP, batch, results, IntakeMode.INBOX)
        .invoke(() -> stages.nudge(Stage.PACKAGE));
  }
}
