package io.certferry.messaging;

import io.certferry.contracts.event.PackageWithdrawn;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** A consumer as services have them. */
@ApplicationScoped
public class ProbeConsumer {

  private final BatchIntake intake;

  public ProbeConsumer(BatchIntake intake) {
    this.intake = intake;
  }

  @Incoming("probe")
  public Uni<Void> take(ConsumerRecords<String, byte[]> batch) {
    return intake.handle("profile-service", batch, ProbeConsumer::write, IntakeMode.INBOX);
  }

  private static Uni<Void> write(SqlConnection tx, List<InboundEvent<?>> events) {
    String[] reasons =
        events.stream()
            .map(event -> ((PackageWithdrawn) event.payload()).reason())
            .toArray(String[]::new);
    String[] traces =
        events.stream().map(event -> event.cause().traceparent()).toArray(String[]::new);
    return tx.preparedQuery(
            "insert into probe (what, trace) select w, t from unnest($1::text[], $2::text[])"
                + " with ordinality as e (w, t, n) order by n")
        .execute(Tuple.tuple().addArrayOfString(reasons).addArrayOfString(traces))
        .replaceWithVoid();
  }
}
