package io.certferry.issuance.revocation;

import io.certferry.contracts.EventTypes;
import io.certferry.contracts.Headers;
import io.certferry.contracts.event.RevocationProgressed;
import io.certferry.issuance.request.Stage;
import io.certferry.issuance.request.Stages;
import io.certferry.messaging.BatchIntake;
import io.certferry.messaging.IntakeMode;
import io.certferry.messaging.ServiceName;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.header.Header;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Takes revocation-service's orders in. The state of each request makes a repeated one harmless.
 * How far revocations are, most of the topic while many go on, costs no transaction here.
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
    List<ConsumerRecord<String, byte[]>> orders =
        StreamSupport.stream(batch.spliterator(), false)
            .filter(record -> !isProgress(record))
            .toList();
    return orders.isEmpty()
        ? Uni.createFrom().voidItem()
        : intake
            .handle(service.value(), orders, barrier, IntakeMode.NATURAL_KEY)
            .invoke(() -> stages.nudge(Stage.DESTROY));
  }

  private static boolean isProgress(ConsumerRecord<String, byte[]> record) {
    Header type = record.headers().lastHeader(Headers.TYPE);
    return type != null
        && EventTypes.classOf(new String(type.value(), StandardCharsets.UTF_8))
            .filter(RevocationProgressed.class::equals)
            .isPresent();
  }
}
