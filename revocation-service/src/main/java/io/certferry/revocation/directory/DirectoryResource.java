package io.certferry.revocation.directory;

import io.certferry.edge.CurrentTenant;
import io.certferry.edge.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** What a person decides about a watched directory. */
@Path("/api/v1/revocations/directory")
@Produces(MediaType.APPLICATION_JSON)
class DirectoryResource {

  private final CurrentTenant tenant;
  private final DirectoryStore store;

  DirectoryResource(CurrentTenant tenant, DirectoryStore store) {
    this.tenant = tenant;
    this.store = store;
  }

  /**
   * The users that the last full reading missed are really gone: the next one ends them. 409 when
   * none are.
   */
  @POST
  @Path("/accept-missing")
  @Consumes(MediaType.WILDCARD)
  @RolesAllowed("pki-admin")
  public Uni<Void> acceptMissing() {
    return store
        .acceptMissing(tenant.id())
        .invoke(
            accepted -> {
              if (!accepted) {
                throw ProblemException.conflict("no missing users are held back");
              }
            })
        .replaceWithVoid();
  }
}
