package io.certferry.revocation.intake;

import io.certferry.contracts.event.CaResult.CertificateRevoked;
import io.certferry.contracts.event.CaResult.RevocationRefused;
import io.certferry.messaging.BatchIntake;
import io.certferry.messaging.InboundEvent;
import io.certferry.messaging.IntakeMode;
import io.certferry.messaging.ServiceName;
import io.certferry.revocation.order.Progress;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** What the CAs answered. */
@Singleton
class ResultsConsumer {

  private final BatchIntake intake;
  private final ServiceName service;
  private final Progress progress;

  ResultsConsumer(BatchIntake intake, ServiceName service, Progress progress) {
    this.intake = intake;
    this.service = service;
    this.progress = progress;
  }

  @Incoming("results")
  Uni<Void> consume(ConsumerRecords<String, byte[]> records) {
    return intake.handle(service.value(), records, this::apply, IntakeMode.NATURAL_KEY);
  }

  private Uni<Void> apply(SqlConnection tx, List<InboundEvent<?>> events) {
    List<CertificateRevoked> revoked = new ArrayList<>();
    List<RevocationRefused> refused = new ArrayList<>();
    for (InboundEvent<?> event : events) {
      if (event.payload() instanceof CertificateRevoked result) {
        revoked.add(result);
      } else if (event.payload() instanceof RevocationRefused result) {
        refused.add(result);
      }
    }
    return progress.accepted(tx, revoked).chain(() -> progress.refused(tx, refused));
  }
}
