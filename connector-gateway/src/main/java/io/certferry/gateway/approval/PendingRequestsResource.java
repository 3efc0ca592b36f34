package io.certferry.gateway.approval;

import io.certferry.edge.CurrentTenant;
import io.certferry.edge.Page;
import io.certferry.edge.ProblemException;
import io.certferry.gateway.attempt.CaWorkers;
import io.certferry.gateway.ca.CaDirectory;
import io.certferry.gateway.ca.ReachableCa;
import io.certferry.gateway.driver.ManagerApproval;
import io.certferry.gateway.driver.PendingRequest;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.smallrye.common.annotation.Blocking;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;

/**
 * Requests that wait for a manager. The CA is shared by its tenants; so is the desk of its
 * managers.
 */
@Path("/api/v1/cas/{caId}/pending")
@RolesAllowed("pki-admin")
@Blocking
public class PendingRequestsResource {

  private final CaDirectory cas;
  private final CaWorkers workers;
  private final Pool pool;
  private final AuditTrail audit;
  private final CurrentTenant tenant;

  PendingRequestsResource(
      CaDirectory cas, CaWorkers workers, Pool pool, AuditTrail audit, CurrentTenant tenant) {
    this.cas = cas;
    this.workers = workers;
    this.pool = pool;
    this.audit = audit;
    this.tenant = tenant;
  }

  @GET
  @Operation(summary = "Requests that wait for a manager, oldest first")
  public Page<PendingRequest> list(@PathParam("caId") String caId) {
    return new Page<>(approval(caId).pending(), null);
  }

  @POST
  @Path("/{requestId}/approve")
  @Operation(summary = "Issue a pending request")
  public void approve(@PathParam("caId") String caId, @PathParam("requestId") String requestId) {
    decided(caId, requestId, "approved", approval(caId).approve(requestId, tenant.actor()));
  }

  @POST
  @Path("/{requestId}/deny")
  @Operation(summary = "Deny a pending request")
  public void deny(@PathParam("caId") String caId, @PathParam("requestId") String requestId) {
    decided(caId, requestId, "denied", approval(caId).deny(requestId, tenant.actor()));
  }

  private void decided(String caId, String requestId, String decision, boolean done) {
    if (!done) {
      throw ProblemException.conflict("the request is not pending");
    }
    AuditEntry entry =
        new AuditEntry(
            tenant.id(),
            "ca-request." + decision,
            tenant.actor(),
            "ca/" + caId,
            Map.of("caRequestId", requestId));
    pool.withTransaction(tx -> audit.append(tx, List.of(entry))).await().indefinitely();
    workers.pollNow(caId, requestId);
  }

  private ManagerApproval approval(String caId) {
    return cas.find(caId)
        .map(ReachableCa::driver)
        .filter(ManagerApproval.class::isInstance)
        .map(ManagerApproval.class::cast)
        .orElseThrow(ProblemException::notFound);
  }
}
