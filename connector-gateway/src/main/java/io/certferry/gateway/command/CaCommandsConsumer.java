package io.certferry.gateway.command;

import io.certferry.messaging.BatchIntake;
import io.certferry.messaging.IntakeMode;
import io.certferry.messaging.ServiceName;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Inserts commands and wakes the workers; never waits for a CA. */
@ApplicationScoped
class CaCommandsConsumer {

  private final BatchIntake intake;
  private final CommandIntake commands;
  private final CommandArrival arrival;
  private final String group;

  CaCommandsConsumer(
      BatchIntake intake, CommandIntake commands, CommandArrival arrival, ServiceName service) {
    this.intake = intake;
    this.commands = commands;
    this.arrival = arrival;
    this.group = service.value();
  }

  @Incoming("ca-commands")
  Uni<Void> take(ConsumerRecords<String, byte[]> records) {
    return intake
        .handle(group, records, commands::handle, IntakeMode.INBOX)
        .invoke(arrival::announce);
  }
}
