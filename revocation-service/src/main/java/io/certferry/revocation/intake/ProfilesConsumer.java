package io.certferry.revocation.intake;

import io.certferry.contracts.event.ProfileChanged;
import io.certferry.messaging.BatchIntake;
import io.certferry.messaging.InboundEvent;
import io.certferry.messaging.IntakeMode;
import io.certferry.messaging.ServiceName;
import io.certferry.revocation.inventory.Inventory;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Learns profiles and their rules; a deleted profile ends its certificates. */
@Singleton
class ProfilesConsumer {

  private final BatchIntake intake;
  private final ServiceName service;
  private final Inventory inventory;
  private final ProfileSweep sweep;

  ProfilesConsumer(
      BatchIntake intake, ServiceName service, Inventory inventory, ProfileSweep sweep) {
    this.intake = intake;
    this.service = service;
    this.inventory = inventory;
    this.sweep = sweep;
  }

  @Incoming("profiles")
  Uni<Void> consume(ConsumerRecords<String, byte[]> records) {
    return intake.handle(service.value(), records, this::apply, IntakeMode.NATURAL_KEY);
  }

  private Uni<Void> apply(SqlConnection tx, List<InboundEvent<?>> events) {
    List<Inventory.ProfileReport> reports = new ArrayList<>();
    for (InboundEvent<?> event : events) {
      if (event.payload() instanceof ProfileChanged change) {
        reports.add(new Inventory.ProfileReport(event.tenant(), change, event.time()));
      }
    }
    return inventory.learnProfiles(tx, reports).invoke(sweep::nudge);
  }
}
