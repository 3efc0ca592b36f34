package io.certferry.gateway.auditor;

import io.certferry.edge.CurrentTenant;
import io.certferry.edge.FieldErrors;
import io.certferry.edge.Page;
import io.certferry.edge.ProblemException;
import io.certferry.gateway.ca.CaDirectory;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Whether a CA is held after a restore, why, and the word of somebody who answers for it. */
@Path("/api/v1/cas/{caId}/restores")
@Blocking
public class RestoresResource {

  private static final int LONGEST_REASON = 500;

  private final CaDirectory cas;
  private final RestoreStore store;
  private final CurrentTenant tenant;

  RestoresResource(CaDirectory cas, RestoreStore store, CurrentTenant tenant) {
    this.cas = cas;
    this.store = store;
    this.tenant = tenant;
  }

  /**
   * A restore as clients see it.
   *
   * @param issuance held or open
   * @param why it is held, or what opened it
   * @param auditId the last comparison that found something
   */
  public record View(
      UUID id,
      Instant restoredTo,
      Instant declaredAt,
      String issuance,
      @Nullable String why,
      @Nullable UUID auditId,
      @Nullable Instant openedAt,
      @Nullable String openedBy) {}

  /** What somebody answers for. */
  public record Confirmation(@Nullable String reason) {}

  @GET
  @RolesAllowed({"pki-admin", "operator", "auditor"})
  @Operation(summary = "Restores of the connectors' database, and whether they hold this CA")
  public Page<View> list(@PathParam("caId") String caId) {
    demandReachable(caId);
    return new Page<>(store.list(caId).stream().map(RestoresResource::view).toList(), null);
  }

  @POST
  @Path("/{id}/confirmation")
  @RolesAllowed("pki-admin")
  @Operation(summary = "Open a CA that cannot be compared, after comparing by hand")
  public void confirm(
      @PathParam("caId") String caId, @PathParam("id") UUID id, @Nullable Confirmation body) {
    demandReachable(caId);
    String reason = reason(body);
    if (store.list(caId).stream().noneMatch(restore -> restore.id().equals(id))) {
      throw ProblemException.notFound();
    }
    if (!store.confirm(id, caId, tenant.id(), tenant.actor(), reason)) {
      throw ProblemException.conflict("this restore does not hold the CA");
    }
  }

  private static String reason(@Nullable Confirmation body) {
    String reason = body == null || body.reason() == null ? "" : body.reason().strip();
    FieldErrors errors = new FieldErrors();
    errors.require(!reason.isEmpty(), "/reason", "required", "what was compared, and by whom");
    errors.require(
        reason.length() <= LONGEST_REASON,
        "/reason",
        "length",
        "at most " + LONGEST_REASON + " characters");
    errors.throwIfAny();
    return reason;
  }

  private static View view(Restore restore) {
    boolean open = restore.settledAt() != null;
    return new View(
        restore.id(),
        restore.restoredTo(),
        restore.declaredAt(),
        open ? "open" : "held",
        open ? restore.reason() : restore.hindrance(),
        restore.auditId(),
        restore.settledAt(),
        restore.settledBy());
  }

  private void demandReachable(String caId) {
    if (cas.find(caId).isEmpty()) {
      throw ProblemException.notFound();
    }
  }
}
