package io.certferry.revocation.oauth;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.certferry.contracts.ContractJson;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.resteasy.reactive.RestPath;

/**
 * Where the services are, as Microsoft's clients ask for it: by Graph (three spellings of the key)
 * and by the older directory API. Both names stand in both answers, and both services in each.
 */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
class DiscoveryResource {

  /** The application that the clients look up. */
  private static final String APPLICATION = "0000000a-0000-0000-c000-000000000000";

  private final Optional<URI> baseUrl;

  DiscoveryResource(@ConfigProperty(name = "certferry.partner.base-url") Optional<URI> baseUrl) {
    this.baseUrl = baseUrl;
  }

  /** {@code servicePrincipals/appId=…/endpoints}, the sign percent-encoded or not. */
  @GET
  @Path("v1.0/servicePrincipals/{key}/endpoints")
  @RolesAllowed({"ca-partner", "pki-admin"})
  public Response graphSegment(@RestPath String key, @Context UriInfo uri) {
    return key.equals("appId=" + APPLICATION) ? endpoints(uri) : notFound();
  }

  /** {@code servicePrincipals(appId='…')/endpoints}. */
  @GET
  @Path("v1.0/{principal}/endpoints")
  @RolesAllowed({"ca-partner", "pki-admin"})
  public Response graphKey(@RestPath String principal, @Context UriInfo uri) {
    return principal.equals("servicePrincipals(appId='" + APPLICATION + "')")
        ? endpoints(uri)
        : notFound();
  }

  @GET
  @Path("{tenant}/servicePrincipalsByAppId/{appId}/serviceEndpoints")
  @RolesAllowed({"ca-partner", "pki-admin"})
  public Response directory(@RestPath String tenant, @RestPath String appId, @Context UriInfo uri) {
    return appId.equals(APPLICATION) ? endpoints(uri) : notFound();
  }

  private Response endpoints(UriInfo uri) {
    String base = baseUrl.orElse(uri.getBaseUri()).toString().replaceAll("/+$", "");
    ObjectNode body = ContractJson.mapper().createObjectNode();
    ArrayNode list = body.putArray("value");
    add(list, "PkiConnectorFEService", base + "/partner/pki");
    add(list, "ScepRequestValidationFEService", base + "/partner/scep");
    return Response.ok(body.toString(), MediaType.APPLICATION_JSON).build();
  }

  private static void add(ArrayNode list, String name, String uri) {
    list.addObject()
        .put("id", name)
        .put("capability", name)
        .put("providerId", APPLICATION)
        .put("providerName", name)
        .put("serviceName", name)
        .put("uri", uri);
  }

  private static Response notFound() {
    ObjectNode body = ContractJson.mapper().createObjectNode();
    body.putObject("error")
        .put("code", "Request_ResourceNotFound")
        .put("message", "no such service principal");
    return Response.status(404).type(MediaType.APPLICATION_JSON).entity(body.toString()).build();
  }
}
