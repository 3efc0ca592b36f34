package io.certferry.issuance.revocation;

import io.certferry.issuance.request.Stage;
import io.certferry.issuance.request.Stages;
import io.certferry.messaging.BatchIntake;
import io.certferry.messaging.IntakeMode;
import io.certferry.messaging.ServiceName;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Takes revocation-service's orders in. The state of each request makes a repeated one harmless.
 */
@ApplicationScoped
class RevocationConsumer {

  private final BatchIntake intake;
  private final Barrier barrier;
  private final Stages stages;
  private final ServiceName service;

  RevocationConsumer(BatchIntake intake, Barrier barrier, Stages stages, ServiceName service) {
    this.intake = intake;
    this.barrier = barrier;
    this.stages = stages;
    this.service = service;
  }

  @Incoming("revocations")
  Uni<Void> accept(ConsumerRecords<String, byte[]> batch) {
    return intake
        .handle(service.value(), batch, barrier, IntakeMode.NATURAL_KEY)
        .invoke(() -> stages.nudge(Stage.DESTROY));
  }
}
