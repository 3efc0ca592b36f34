package io.certferry.profile.checkin;

import io.certferry.contracts.ContractJson;
import io.certferry.contracts.event.DeviceCheckedIn;
import io.certferry.messaging.Cause;
import io.certferry.messaging.Outbox;
import io.certferry.profile.device.DeviceKey;
import io.certferry.profile.evaluation.CheckIn;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Evaluates devices anew by what they reported last, as if they had checked in again at that time.
 */
@ApplicationScoped
public class StoredReports {

  private static final Logger LOG = Logger.getLogger(StoredReports.class);

  private static final String REPORTS =
      """
      select r.tenant, r.device_id, r.body, d.occurred_at
      from unnest($1::text[], $2::text[]) as k (tenant, device_id)
        join device d on d.tenant = k.tenant and d.device_id = k.device_id
        join device_report r on r.tenant = k.tenant and r.device_id = k.device_id
      where d.state = 'active'
      """;

  private final CheckInEvaluation evaluation;
  private final Outbox outbox;
  private final Pool pool;

  StoredReports(CheckInEvaluation evaluation, Outbox outbox, Pool pool) {
    this.evaluation = evaluation;
    this.outbox = outbox;
    this.pool = pool;
  }

  /**
   * Evaluates and commits what follows. A device that changed at the same moment is left alone: it
   * was evaluated by what changed it, or is looked at another time.
   */
  public Uni<Void> evaluateAgain(Collection<DeviceKey> devices) {
    return pool.preparedQuery(REPORTS)
        .execute(
            Tuple.of(
                devices.stream().map(DeviceKey::tenant).toArray(String[]::new),
                devices.stream().map(DeviceKey::deviceId).toArray(String[]::new)))
        .map(StoredReports::checkIns)
        .chain(this::evaluate)
        .invoke(outbox::nudge);
  }

  private static List<CheckIn> checkIns(Iterable<Row> rows) {
    List<CheckIn> checkIns = new ArrayList<>();
    rows.forEach(row -> checkIns.add(checkIn(row)));
    return checkIns;
  }

  private static CheckIn checkIn(Row row) {
    DeviceCheckedIn report =
        ContractJson.read(
            row.getString("body").getBytes(StandardCharsets.UTF_8), DeviceCheckedIn.class);
    return new CheckIn(
        row.getString("tenant"),
        report,
        row.getOffsetDateTime("occurred_at").toInstant(),
        Cause.fresh());
  }

  private Uni<Void> evaluate(List<CheckIn> checkIns) {
    return checkIns.isEmpty()
        ? Uni.createFrom().voidItem()
        : together(checkIns)
            .onFailure(StaleDeviceException.class)
            .recoverWithUni(() -> oneByOne(checkIns));
  }

  private Uni<Void> together(List<CheckIn> checkIns) {
    return evaluation
        .prepare(checkIns)
        .chain(prepared -> pool.withTransaction(tx -> evaluation.apply(tx, prepared)));
  }

  private Uni<Void> oneByOne(List<CheckIn> checkIns) {
    Uni<Void> all = Uni.createFrom().voidItem();
    for (CheckIn checkIn : checkIns) {
      all = all.chain(() -> alone(checkIn));
    }
    return all;
  }

  private Uni<Void> alone(CheckIn checkIn) {
    return together(List.of(checkIn))
        .onFailure(StaleDeviceException.class)
        .invoke(
            () ->
                LOG.debugf(
                    "event=device-changed tenant=%s deviceId=%s",
                    checkIn.tenant(), checkIn.report().deviceId()))
        .onFailure(StaleDeviceException.class)
        .recoverWithNull();
  }
}
