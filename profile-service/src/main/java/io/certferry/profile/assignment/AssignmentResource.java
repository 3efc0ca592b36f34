package io.certferry.profile.assignment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.certferry.edge.CurrentTenant;
import io.certferry.edge.FieldErrors;
import io.certferry.profile.catalogue.CatalogueChanges;
import io.certferry.profile.catalogue.ProfileStore;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Whom a profile is for, by REST. */
@Path("/api/v1/profiles/{id}/assignments")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "profiles")
public class AssignmentResource {

  private final Mutiny.SessionFactory sessions;
  private final ProfileStore profiles;
  private final AssignmentStore store;
  private final CatalogueChanges changes;
  private final CurrentTenant tenant;

  AssignmentResource(
      Mutiny.SessionFactory sessions,
      ProfileStore profiles,
      AssignmentStore store,
      CatalogueChanges changes,
      CurrentTenant tenant) {
    this.sessions = sessions;
    this.profiles = profiles;
    this.store = store;
    this.changes = changes;
    this.tenant = tenant;
  }

  @GET
  @RolesAllowed({"profile-admin", "auditor", "operator"})
  @Operation(summary = "Whom a profile is for")
  public Uni<ObjectNode> get(UUID id) {
    String of = tenant.id();
    return sessions
        .withSession(session -> profiles.get(session, of, id).chain(() -> store.read(session, id)))
        .map(AssignmentBody::write);
  }

  @PUT
  @RolesAllowed("profile-admin")
  @Operation(summary = "Replace both lists; exclusion wins")
  public Uni<ObjectNode> replace(UUID id, @Nullable JsonNode body) {
    FieldErrors errors = new FieldErrors();
    Assignments assignments = AssignmentBody.read(body, errors);
    String of = tenant.id();
    String actor = tenant.actor();
    return sessions
        .withTransaction(
            session ->
                profiles
                    .get(session, of, id)
                    .invoke(errors::throwIfAny)
                    .chain(() -> changes.grow(session, of))
                    .chain(() -> store.replace(session, of, id, assignments))
                    .chain(
                        () ->
                            changes.audit(
                                session, of, "profile.assigned", actor, id, facts(assignments))))
        .replaceWith(AssignmentBody.write(assignments));
  }

  private static Map<String, String> facts(Assignments assignments) {
    ObjectNode json = AssignmentBody.write(assignments);
    return Map.of(
        "include", json.path("include").toString(), "exclude", json.path("exclude").toString());
  }
}
