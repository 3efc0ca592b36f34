package io.certferry.profile.lifecycle;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.DeviceLifecycleChanged;
import io.certferry.edge.CorrelationId;
import io.certferry.edge.CurrentTenant;
import io.certferry.edge.FieldErrors;
import io.certferry.edge.ProblemException;
import io.certferry.messaging.Cause;
import io.certferry.messaging.OutboundEvent;
import io.certferry.messaging.Outbox;
import io.certferry.messaging.RetryLaterException;
import io.certferry.profile.input.JsonInput;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * Lifecycle events by REST: they take effect in the call and go on to Kafka for the services that
 * revoke.
 */
@Path("/api/v1/lifecycle-events")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "check-ins")
public class LifecycleResource {

  private static final int MAX_TEXT = 1024;
  private static final int ATTEMPTS = 5;

  private final Pool pool;
  private final Departures departures;
  private final Outbox outbox;
  private final CurrentTenant tenant;
  private final CorrelationId correlationId;
  private final InstantSource clock;

  LifecycleResource(
      Pool pool,
      Departures departures,
      Outbox outbox,
      CurrentTenant tenant,
      CorrelationId correlationId,
      InstantSource clock) {
    this.pool = pool;
    this.departures = departures;
    this.outbox = outbox;
    this.tenant = tenant;
    this.correlationId = correlationId;
    this.clock = clock;
  }

  @POST
  @RolesAllowed("mdm")
  @Operation(summary = "A device or its user left")
  @APIResponse(responseCode = "202", description = "In effect and passed on")
  @APIResponse(responseCode = "422", description = "A rule is broken; every broken rule is named")
  public Uni<RestResponse<Void>> report(@Nullable JsonNode body) {
    Departure departure = read(body);
    String actor = tenant.actor();
    OutboundEvent event = event(departure);
    return Uni.createFrom()
        .deferred(
            () ->
                pool.withTransaction(
                    tx ->
                        departures
                            .apply(tx, departure, actor)
                            .chain(() -> outbox.append(tx, List.of(event)))))
        .onFailure(RetryLaterException.class)
        .retry()
        .atMost(ATTEMPTS)
        .onFailure(RetryLaterException.class)
        .transform(
            e -> ProblemException.unavailable("the device changes too fast", Duration.ofSeconds(1)))
        .invoke(outbox::nudge)
        .map(done -> RestResponse.accepted());
  }

  private Departure read(@Nullable JsonNode json) {
    FieldErrors errors = new FieldErrors();
    JsonInput body = JsonInput.of(json, errors);
    String deviceId = body.text("deviceId", MAX_TEXT);
    String event = body.text("event", MAX_TEXT);
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    Instant occurredAt = Objects.requireNonNullElse(body.optionalInstant("occurredAt"), now);
    DeviceLifecycleChanged change =
        new DeviceLifecycleChanged(
            deviceId == null ? "?" : deviceId,
            event == null ? "?" : event,
            body.optionalText("userId", MAX_TEXT),
            occurredAt);
    check(change, errors);
    errors.require(
        !occurredAt.isAfter(now.plus(Duration.ofMinutes(5))),
        "/occurredAt",
        "in-the-future",
        "lies in the future");
    errors.throwIfAny();
    return new Departure(tenant.id(), change, occurredAt);
  }

  /** What was found missing while reading is not said twice. */
  private static void check(DeviceLifecycleChanged change, FieldErrors errors) {
    FieldErrors rules = new FieldErrors();
    Departure.check(change, rules);
    rules.toList().stream()
        .filter(e -> !JsonInput.concern(errors, e.field()))
        .toList()
        .forEach(e -> errors.add(e.field(), e.rule(), e.message()));
  }

  private OutboundEvent event(Departure departure) {
    return new OutboundEvent(
        departure.tenant(),
        Topics.DEVICE_LIFECYCLE,
        Keys.device(departure.tenant(), departure.change().deviceId()),
        departure.change(),
        Cause.withCorrelationId(correlationId.value()));
  }
}
