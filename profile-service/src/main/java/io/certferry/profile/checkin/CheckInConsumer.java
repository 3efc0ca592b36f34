package io.certferry.profile.checkin;

import io.certferry.contracts.Keys;
import io.certferry.contracts.event.DeviceCheckedIn;
import io.certferry.messaging.BatchIntake;
import io.certferry.messaging.Cause;
import io.certferry.messaging.InboundEvent;
import io.certferry.messaging.PreparedHandler;
import io.certferry.messaging.Refusal;
import io.certferry.messaging.ServiceName;
import io.certferry.messaging.crash.CrashPoint;
import io.certferry.profile.checkin.CheckInOutcome.Refused;
import io.certferry.profile.evaluation.CheckIn;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Check-ins from Kafka. Accepted means that the offset is committed after the state. Natural keys
 * make a repeated check-in harmless, so there is no inbox; a report that breaks a rule goes to the
 * dead letters with the rule's name.
 */
@ApplicationScoped
public class CheckInConsumer {

  private final BatchIntake intake;
  private final CheckInEvaluation evaluation;
  private final ServiceName service;

  CheckInConsumer(BatchIntake intake, CheckInEvaluation evaluation, ServiceName service) {
    this.intake = intake;
    this.evaluation = evaluation;
    this.service = service;
  }

  @Incoming("checkins")
  public Uni<Void> consume(ConsumerRecords<String, byte[]> batch) {
    return intake
        .handle(service.value(), batch, new Handler())
        .invoke(CrashPoint.PROFILE_CHECKIN_AFTER_COMMIT::hit);
  }

  /**
   * A batch with its evaluation; events that are no check-in, or claim another device's key, are
   * refused beside it.
   */
  private record Batch(List<InboundEvent<?>> events, List<Refusal> foreign, Prepared prepared) {}

  private final class Handler implements PreparedHandler<Batch> {

    @Override
    public Uni<Batch> prepare(List<InboundEvent<?>> events) {
      List<InboundEvent<?>> accepted = new ArrayList<>();
      List<Refusal> foreign = new ArrayList<>();
      List<CheckIn> checkIns = new ArrayList<>();
      for (InboundEvent<?> event : events) {
        if (!(event.payload() instanceof DeviceCheckedIn report)) {
          foreign.add(new Refusal(event, "foreign-type", "is no check-in"));
        } else if (!event.key().equals(Keys.device(event.tenant(), report.deviceId()))) {
          foreign.add(new Refusal(event, "key", "the key is not tenant/deviceId"));
        } else {
          accepted.add(event);
          checkIns.add(checkIn(event, report));
        }
      }
      return evaluation.prepare(checkIns).map(p -> new Batch(accepted, foreign, p));
    }

    @Override
    public Uni<List<Refusal>> apply(SqlConnection tx, Batch batch) {
      return evaluation
          .apply(tx, batch.prepared())
          .invoke(() -> evaluation.count(batch.prepared().outcomes()))
          .map(done -> refusals(batch));
    }
  }

  private static CheckIn checkIn(InboundEvent<?> event, DeviceCheckedIn report) {
    Instant occurredAt = Objects.requireNonNullElse(report.occurredAt(), event.time());
    return new CheckIn(event.tenant(), report, occurredAt, Cause.of(event));
  }

  private static List<Refusal> refusals(Batch batch) {
    List<Refusal> refusals = new ArrayList<>(batch.foreign());
    for (int i = 0; i < batch.events().size(); i++) {
      if (batch.prepared().outcomes().get(i) instanceof Refused refused) {
        refusals.add(
            new Refusal(batch.events().get(i), refused.errors().get(0).rule(), refused.text()));
      }
    }
    return refusals;
  }
}
