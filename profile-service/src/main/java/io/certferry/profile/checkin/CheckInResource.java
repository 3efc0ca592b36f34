package io.certferry.profile.checkin;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.event.DeviceCheckedIn;
import io.certferry.edge.CorrelationId;
import io.certferry.edge.CurrentTenant;
import io.certferry.edge.FieldErrors;
import io.certferry.edge.ProblemException;
import io.certferry.messaging.Cause;
import io.certferry.messaging.EventIds;
import io.certferry.profile.checkin.CheckInOutcome.Refused;
import io.certferry.profile.evaluation.CheckIn;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Check-ins by REST: evaluated in the call, the state committed before the answer. */
@Path("/api/v1/checkins")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "check-ins")
public class CheckInResource {

  private static final Duration SOON = Duration.ofSeconds(1);

  private final CheckInEvaluation evaluation;
  private final CurrentTenant tenant;
  private final CorrelationId correlationId;
  private final InstantSource clock;

  CheckInResource(
      CheckInEvaluation evaluation,
      CurrentTenant tenant,
      CorrelationId correlationId,
      InstantSource clock) {
    this.evaluation = evaluation;
    this.tenant = tenant;
    this.correlationId = correlationId;
    this.clock = clock;
  }

  /**
   * What the MDM gets back.
   *
   * @param checkinId of this check-in; the requests that it led to name it as their cause
   */
  public record Accepted(UUID checkinId) {}

  @POST
  @RolesAllowed("mdm")
  @Operation(summary = "A device reports itself; it is evaluated before the answer")
  @APIResponse(responseCode = "202", description = "Evaluated and committed")
  @APIResponse(responseCode = "413", description = "The body is larger than 64 KiB")
  @APIResponse(responseCode = "422", description = "A rule is broken; every broken rule is named")
  public Uni<RestResponse<Accepted>> checkIn(@Nullable JsonNode body) {
    FieldErrors errors = new FieldErrors();
    DeviceCheckedIn report = CheckInBody.read(body, errors);
    errors.throwIfAny();
    UUID checkInId = EventIds.next();
    Instant occurredAt = Objects.requireNonNullElseGet(report.occurredAt(), clock::instant);
    Cause cause = new Cause(correlationId.value(), checkInId.toString(), null);
    return evaluation
        .evaluate(new CheckIn(tenant.id(), report, occurredAt, cause))
        .onFailure(StaleDeviceException.class)
        .transform(e -> ProblemException.unavailable("the device changes too fast", SOON))
        .invoke(outcome -> evaluation.count(List.of(outcome)))
        .map(outcome -> answer(outcome, checkInId));
  }

  private static RestResponse<Accepted> answer(CheckInOutcome outcome, UUID checkInId) {
    if (outcome instanceof Refused refused) {
      throw ProblemException.ruleBroken(refused.errors());
    }
    return RestResponse.ResponseBuilder.create(
            RestResponse.Status.ACCEPTED, new Accepted(checkInId))
        .build();
  }
}
