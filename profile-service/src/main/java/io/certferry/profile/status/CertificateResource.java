package io.certferry.profile.status;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.certferry.edge.CurrentTenant;
import io.certferry.edge.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The way of one certificate, in one place. */
@Path("/api/v1/certificates/{id}")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "status")
public class CertificateResource {

  private static final int MOST_STEPS = 1000;

  private static final String CERTIFICATE =
      "select "
          + CertificateView.COLUMNS
          + ", e.correlation_id from enrolment e"
          + CertificateView.JOIN
          + "where e.request_id = $1 and e.tenant = $2";

  private static final String STEPS =
      """
      select at, step, reason, detail from enrolment_step where request_id = $1 order by at, step_key limit $2
      """;

  private final Pool pool;
  private final CurrentTenant tenant;

  CertificateResource(Pool pool, CurrentTenant tenant) {
    this.pool = pool;
    this.tenant = tenant;
  }

  /** Something that happened. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record StepView(
      Instant at, String step, @Nullable String reason, @Nullable String detail) {}

  /**
   * The answer.
   *
   * @param correlationId finds the same story in every service's log
   * @param items in the order in which they happened
   */
  public record Timeline(CertificateView certificate, String correlationId, List<StepView> items) {}

  @GET
  @Path("/timeline")
  @RolesAllowed({"profile-admin", "operator", "auditor"})
  @Operation(summary = "From the check-in to the device, step by step")
  public Uni<Timeline> timeline(UUID id) {
    return pool.preparedQuery(CERTIFICATE)
        .execute(Tuple.of(id, tenant.id()))
        .map(
            rows -> {
              if (rows.rowCount() == 0) {
                throw ProblemException.notFound();
              }
              return rows.iterator().next();
            })
        .chain(row -> steps(id).map(steps -> timeline(row, steps)));
  }

  private Uni<List<StepView>> steps(UUID id) {
    return pool.preparedQuery(STEPS)
        .execute(Tuple.of(id, MOST_STEPS))
        .map(
            rows -> {
              List<StepView> steps = new ArrayList<>();
              rows.forEach(row -> steps.add(step(row)));
              return steps;
            });
  }

  private static StepView step(Row row) {
    return new StepView(
        row.getOffsetDateTime("at").toInstant(),
        row.getString("step"),
        row.getString("reason"),
        row.getString("detail"));
  }

  private static Timeline timeline(Row row, List<StepView> steps) {
    CertificateView certificate = CertificateView.of(row);
    List<StepView> all = new ArrayList<>(steps);
    CertificateView.Reported report = certificate.deviceReport();
    if (report != null) {
      all.add(
          new StepView(
              report.occurredAt(), "device-reported-" + report.outcome(), null, report.detail()));
      all.sort(Comparator.comparing(StepView::at));
    }
    return new Timeline(certificate, row.getString("correlation_id"), all);
  }
}
