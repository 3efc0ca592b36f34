package io.certferry.profile.status;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.DeviceStatusReported;
import io.certferry.edge.CorrelationId;
import io.certferry.edge.CurrentTenant;
import io.certferry.edge.FieldErrors;
import io.certferry.messaging.Cause;
import io.certferry.messaging.OutboundEvent;
import io.certferry.messaging.Outbox;
import io.certferry.profile.input.JsonInput;
import io.certferry.profile.status.StatusReports.Line;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * Status reports by REST: kept here, and passed on to issuance-service, which offered the package.
 */
@Path("/api/v1/status-reports")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "check-ins")
public class StatusReportResource {

  private static final int MAX_TEXT = 1024;
  private static final UUID NONE = new UUID(0, 0);

  private final Pool pool;
  private final StatusReports reports;
  private final Outbox outbox;
  private final CurrentTenant tenant;
  private final CorrelationId correlationId;
  private final InstantSource clock;

  StatusReportResource(
      Pool pool,
      StatusReports reports,
      Outbox outbox,
      CurrentTenant tenant,
      CorrelationId correlationId,
      InstantSource clock) {
    this.pool = pool;
    this.reports = reports;
    this.outbox = outbox;
    this.tenant = tenant;
    this.correlationId = correlationId;
    this.clock = clock;
  }

  @POST
  @RolesAllowed("mdm")
  @Operation(summary = "What became of a package on its device")
  @APIResponse(responseCode = "202", description = "Kept and passed on")
  @APIResponse(responseCode = "422", description = "A rule is broken; every broken rule is named")
  public Uni<RestResponse<Void>> report(@Nullable JsonNode body) {
    Line line = read(body);
    OutboundEvent event =
        new OutboundEvent(
            line.tenant(),
            Topics.DEVICE_STATUS,
            Keys.device(line.tenant(), line.report().deviceId()),
            line.report(),
            Cause.withCorrelationId(correlationId.value()));
    return pool.withTransaction(
            tx -> reports.take(tx, List.of(line)).chain(() -> outbox.append(tx, List.of(event))))
        .invoke(outbox::nudge)
        .map(done -> RestResponse.accepted());
  }

  private Line read(@Nullable JsonNode json) {
    FieldErrors errors = new FieldErrors();
    JsonInput body = JsonInput.of(json, errors);
    String deviceId = body.text("deviceId", MAX_TEXT);
    UUID packageId = body.uuid("packageId");
    String outcome = body.text("outcome", MAX_TEXT);
    Instant occurredAt =
        Objects.requireNonNullElseGet(
            body.optionalInstant("occurredAt"),
            () -> clock.instant().truncatedTo(ChronoUnit.MICROS));
    DeviceStatusReported report =
        new DeviceStatusReported(
            deviceId == null ? "?" : deviceId,
            packageId == null ? NONE : packageId,
            outcome == null ? "?" : outcome,
            body.optionalText("detail", MAX_TEXT),
            occurredAt);
    FieldErrors rules = new FieldErrors();
    StatusReports.check(report, rules);
    rules.toList().stream()
        .filter(e -> !JsonInput.concern(errors, e.field()))
        .toList()
        .forEach(e -> errors.add(e.field(), e.rule(), e.message()));
    errors.throwIfAny();
    return new Line(tenant.id(), report, occurredAt);
  }
}
