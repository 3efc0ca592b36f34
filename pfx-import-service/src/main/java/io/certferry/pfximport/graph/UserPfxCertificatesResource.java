package io.certferry.pfximport.graph;

import io.certferry.edge.CorrelationId;
import io.certferry.edge.CurrentTenant;
import io.certferry.pfximport.imported.ImportQuery;
import io.certferry.pfximport.imported.ImportedPfx;
import io.certferry.pfximport.imported.Imports;
import io.certferry.pfximport.imported.NewImport;
import io.certferry.pfximport.imported.Purpose;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** {@code /deviceManagement/userPfxCertificates} of Microsoft Graph beta. */
@Path("/beta/deviceManagement")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("profile-admin")
@Blocking
public class UserPfxCertificatesResource {

  private static final Set<String> COMPARABLE =
      Set.of("userPrincipalName", "thumbprint", "intendedPurpose");

  /** Clients write the parentheses as they are or percent-encoded. */
  private static final String BY_PARENTHESIS =
      "/userPfxCertificates{key: (?:\\(|%28).*(?:\\)|%29)}";

  private final Imports imports;
  private final SealUpload seal;
  private final CurrentTenant tenant;
  private final CorrelationId correlationId;

  UserPfxCertificatesResource(
      Imports imports, SealUpload seal, CurrentTenant tenant, CorrelationId correlationId) {
    this.imports = imports;
    this.seal = seal;
    this.tenant = tenant;
    this.correlationId = correlationId;
  }

  @GET
  @Path("/userPfxCertificates")
  @Operation(summary = "List imported certificates")
  public Response list(@Context UriInfo uri) {
    QueryOptions options = QueryOptions.parse(uri);
    ODataFilter filter = ODataFilter.parse(options.filter(), COMPARABLE);
    ImportQuery query =
        new ImportQuery(
            filter.lower("userPrincipalName").orElse(null),
            filter.lower("thumbprint").orElse(null),
            filter.value("intendedPurpose").map(UserPfxCertificatesResource::purpose).orElse(null),
            null);
    List<ImportedPfx> rows =
        imports.page(tenant.id(), query, options.after(), options.top() + 1, tenant.actor());
    Long count = options.count() ? imports.count(tenant.id(), query) : null;
    return Response.ok(page(uri, options, rows, count)).build();
  }

  private static String purpose(String text) {
    return Purpose.parse(text)
        .map(Purpose::id)
        .orElseThrow(() -> GraphException.badRequest("'" + text + "' is no intendedPurpose."));
  }

  private static GraphPage<Object> page(
      UriInfo uri, QueryOptions options, List<ImportedPfx> rows, @Nullable Long count) {
    boolean more = rows.size() > options.top();
    List<ImportedPfx> shown = more ? rows.subList(0, options.top()) : rows;
    String next = more ? options.nextLink(uri, shown.get(shown.size() - 1).importId()) : null;
    List<Object> value =
        shown.stream().map(pfx -> options.selected(GraphEntity.of(pfx, null))).toList();
    return new GraphPage<>(context(uri), count, next, value);
  }

  private static String context(UriInfo uri) {
    return uri.getBaseUri().resolve("/beta/") + "$metadata#deviceManagement/userPfxCertificates";
  }

  @GET
  @Path("/userPfxCertificates/{key}")
  @Operation(hidden = true)
  public Response getBySegment(@PathParam("key") String key, @Context UriInfo uri) {
    return get(key, uri);
  }

  @GET
  @Path(BY_PARENTHESIS)
  @Operation(summary = "Get one by its key")
  public Response getByParenthesis(@PathParam("key") String key, @Context UriInfo uri) {
    return get(key, uri);
  }

  private Response get(String key, UriInfo uri) {
    QueryOptions options = QueryOptions.parse(uri);
    ImportedPfx pfx = find(key);
    return Response.ok(options.selected(entity(pfx, uri))).build();
  }

  private static GraphEntity entity(ImportedPfx pfx, UriInfo uri) {
    return GraphEntity.of(pfx, context(uri) + "/$entity");
  }

  private ImportedPfx find(String key) {
    EntityKey parsed =
        EntityKey.parse(tenant.id(), key)
            .orElseThrow(
                () ->
                    GraphException.badRequest(
                        "The key must be {userId without dashes}-{thumbprint}."));
    return imports
        .find(tenant.id(), parsed.userId(), parsed.thumbprint(), tenant.actor())
        .orElseThrow(GraphException::notFound);
  }

  @POST
  @Path("/userPfxCertificates")
  @Operation(summary = "Import a certificate")
  public Response create(byte[] body, @Context UriInfo uri) {
    GraphImport wanted = GraphImport.create(GraphBody.parse(body));
    byte[] blob = wanted.blob();
    byte[] password = wanted.password();
    if (blob == null || password == null) {
      throw GraphException.badRequest("The file and its password are missing.");
    }
    NewImport sealed = seal.seal(tenant.id(), wanted, blob, password);
    ImportedPfx made =
        imports
            .record(sealed, tenant.actor(), correlationId.value())
            .orElseThrow(
                () ->
                    GraphException.conflict(
                        "The user has this certificate already, with whatever purpose: change it"
                            + " with PATCH or delete it first."));
    URI location =
        uri.getBaseUri()
            .resolve("/beta/deviceManagement/userPfxCertificates/" + EntityKey.of(made));
    return Response.created(location).entity(entity(made, uri)).build();
  }

  @PATCH
  @Path("/userPfxCertificates/{key}")
  @Operation(hidden = true)
  public Response changeBySegment(@PathParam("key") String key, byte[] body, @Context UriInfo uri) {
    return change(key, body, uri);
  }

  @PATCH
  @Path(BY_PARENTHESIS)
  @Operation(summary = "Change an import")
  public Response changeByParenthesis(
      @PathParam("key") String key, byte[] body, @Context UriInfo uri) {
    return change(key, body, uri);
  }

  private Response change(String key, byte[] body, UriInfo uri) {
    ImportedPfx old = find(key);
    GraphImport wanted = GraphImport.change(GraphBody.parse(body), old);
    byte[] blob = wanted.blob();
    byte[] password = wanted.password();
    NewImport sealed =
        blob == null || password == null
            ? seal.sealAgain(old, wanted)
            : seal.seal(tenant.id(), wanted, blob, password);
    ImportedPfx changed = imports.replace(old, sealed, tenant.actor(), correlationId.value());
    return Response.ok(entity(changed, uri)).build();
  }

  @DELETE
  @Path("/userPfxCertificates/{key}")
  @Operation(hidden = true)
  public void deleteBySegment(@PathParam("key") String key) {
    delete(key);
  }

  @DELETE
  @Path(BY_PARENTHESIS)
  @Operation(summary = "Delete an import")
  public void deleteByParenthesis(@PathParam("key") String key) {
    delete(key);
  }

  private void delete(String key) {
    imports.delete(find(key), tenant.actor(), correlationId.value());
  }
}
