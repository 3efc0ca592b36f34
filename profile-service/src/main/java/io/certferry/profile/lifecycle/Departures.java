package io.certferry.profile.lifecycle;

import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.RetryLaterException;
import io.certferry.profile.device.DeviceKey;
import io.certferry.profile.device.DeviceRow;
import io.certferry.profile.device.DeviceState;
import io.certferry.profile.device.DeviceStore;
import io.certferry.profile.enrolment.GrantDecisions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes departures take effect. Repeated or late ones change nothing that came after them. */
@ApplicationScoped
class Departures {

  private final DeviceStore devices;
  private final GrantDecisions decisions;
  private final AuditTrail audit;
  private final InstantSource clock;

  Departures(DeviceStore devices, GrantDecisions decisions, AuditTrail audit, InstantSource clock) {
    this.devices = devices;
    this.decisions = decisions;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * Fails with {@link RetryLaterException} if an unknown device was made known at the same moment.
   */
  Uni<Void> apply(SqlConnection tx, Departure departure, String actor) {
    DeviceKey key = departure.device();
    return devices
        .lock(tx, List.of(key))
        .map(readings -> readings.rows().getOrDefault(key, DeviceRow.unknown(key)))
        .chain(
            row -> {
              Optional<Effect> effect = effectOf(departure, row);
              return effect.isEmpty()
                  ? Uni.createFrom().voidItem()
                  : write(tx, departure, effect.get(), actor);
            });
  }

  /** What changes; empty if the device has been another one since, or knows it already. */
  private static Optional<Effect> effectOf(Departure departure, DeviceRow row) {
    Instant at = departure.occurredAt();
    boolean late = row.occurredAt().isAfter(at);
    if (row.isBornAfter(at)) {
      return Optional.empty();
    }
    Optional<DeviceState> state = departure.state();
    if (state.isEmpty()) {
      boolean heard = row.occurredAt().equals(at) && row.fingerprint() == null && row.isKnown();
      if (heard) {
        return Optional.empty();
      }
      return Optional.of(new Effect(row.toLookAt(at), departure.change().userId(), at, late));
    }
    if (late && row.state() != DeviceState.ACTIVE) {
      return Optional.empty();
    }
    if (late && state.get() == DeviceState.UNENROLLED) {
      return Optional.of(new Effect(row.toLookAt(at), null, at, true));
    }
    boolean known = row.state() == state.get() && row.occurredAt().equals(at);
    return known
        ? Optional.empty()
        : Optional.of(new Effect(row.left(state.get(), at), null, null, false));
  }

  private Uni<Void> write(SqlConnection tx, Departure departure, Effect effect, String actor) {
    return decisions
        .end(
            tx,
            List.of(departure.device()),
            effect.subject(),
            effect.until(),
            departure.change().event(),
            clock.instant())
        .chain(
            ended ->
                effect.onlyIfSomethingEnds() && ended == 0
                    ? Uni.createFrom().voidItem()
                    : write(tx, effect.row())
                        .chain(() -> audit.append(tx, List.of(entry(departure, actor)))));
  }

  private Uni<Void> write(SqlConnection tx, DeviceRow row) {
    return devices
        .write(tx, List.of(row))
        .invoke(
            written -> {
              if (written.isEmpty()) {
                throw new RetryLaterException("a device became known while it left");
              }
            })
        .replaceWithVoid();
  }

  private static AuditEntry entry(Departure departure, String actor) {
    return new AuditEntry(
        departure.tenant(),
        "device." + departure.change().event(),
        actor,
        "device/" + departure.change().deviceId(),
        Map.of(
            "occurredAt",
            departure.occurredAt().toString(),
            "userId",
            Objects.requireNonNullElse(departure.change().userId(), "-")));
  }

  /**
   * What a departure does.
   *
   * @param row of the device afterwards
   * @param subject whose enrolments end; null for all
   * @param until only enrolments granted for reports up to then end; null for all
   * @param onlyIfSomethingEnds a late event that ends nothing has been heard before
   */
  private record Effect(
      DeviceRow row,
      @Nullable String subject,
      @Nullable Instant until,
      boolean onlyIfSomethingEnds) {}
}
