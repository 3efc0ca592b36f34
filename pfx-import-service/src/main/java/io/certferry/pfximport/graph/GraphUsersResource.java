package io.certferry.pfximport.graph;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.certferry.contracts.UserIds;
import io.certferry.edge.CurrentTenant;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Set;

/**
 * {@code /users?$filter=userPrincipalName eq '…'}: importers ask it for the id that an entity's key
 * begins with. There is no directory here: every name has its id.
 */
@Path("/beta/users")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("profile-admin")
@Blocking
public class GraphUsersResource {

  private static final Set<String> COMPARABLE = Set.of("userPrincipalName", "mail");

  private final CurrentTenant tenant;

  GraphUsersResource(CurrentTenant tenant) {
    this.tenant = tenant;
  }

  /** A user as far as we know one. */
  public record User(
      @JsonProperty("@odata.type") String type,
      String id,
      String userPrincipalName,
      String displayName,
      String mail) {}

  @GET
  public Response list(@Context UriInfo uri) {
    ODataFilter filter = ODataFilter.parse(QueryOptions.parse(uri).filter(), COMPARABLE);
    List<Object> users =
        filter
            .value("userPrincipalName")
            .or(() -> filter.value("mail"))
            .<List<Object>>map(name -> List.of(user(name)))
            .orElseThrow(
                () ->
                    GraphException.badRequest(
                        "There is no directory to list: filter by userPrincipalName."));
    String context = uri.getBaseUri().resolve("/beta/") + "$metadata#users";
    return Response.ok(new GraphPage<>(context, null, null, users)).build();
  }

  private User user(String name) {
    return new User(
        "#microsoft.graph.user", UserIds.of(tenant.id(), name).toString(), name, name, name);
  }
}
