package io.certferry.gateway.audit;

import io.certferry.messaging.AuditVerdict;
import io.certferry.messaging.AuditVerifier;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Verifies the audit chain from its first entry. */
@Path("/api/v1/audit")
@RolesAllowed("auditor")
public class AuditResource {

  private final AuditVerifier verifier;

  AuditResource(AuditVerifier verifier) {
    this.verifier = verifier;
  }

  @GET
  @Path("/verification")
  @Operation(summary = "Verify this service's audit chain")
  public Uni<AuditVerdict> verify() {
    return verifier.verify();
  }
}
