package io.certferry.revocation.oauth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.certferry.contracts.ContractJson;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * OAuth 2.0 client credentials (RFC 6749 section 4.4) at the paths that MSAL and ADAL use, and the
 * instance discovery that MSAL asks for first.
 */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
class TokenResource {

  private static final String BASIC = "Basic ";

  private final OAuthClients clients;
  private final TokenSigner signer;

  TokenResource(OAuthClients clients, TokenSigner signer) {
    this.clients = clients;
    this.signer = signer;
  }

  /** MSAL asks once for each authority host that it does not know. */
  @GET
  @Path("common/discovery/instance")
  @PermitAll
  public Response instance(
      @RestQuery("authorization_endpoint") @Nullable String authorizationEndpoint) {
    if (authorizationEndpoint == null || !authorizationEndpoint.contains("/oauth2/")) {
      return error(400, "invalid_request", "AADSTS90014: authorization_endpoint is missing");
    }
    String authority =
        authorizationEndpoint.substring(0, authorizationEndpoint.indexOf("/oauth2/"));
    ObjectNode body = json();
    body.put("tenant_discovery_endpoint", authority + "/v2.0/.well-known/openid-configuration");
    body.put("api-version", "1.1");
    body.putArray("metadata");
    return answer(200, body);
  }

  @POST
  @Path("{tenant}/oauth2/v2.0/token")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @PermitAll
  public Response v2(
      @RestPath String tenant,
      @RestForm("grant_type") @Nullable String grantType,
      @RestForm("client_id") @Nullable String clientId,
      @RestForm("client_secret") @Nullable String clientSecret,
      @RestForm("scope") @Nullable String scope,
      @RestHeader("Authorization") @Nullable String authorization) {
    if (scope == null || scope.isBlank()) {
      return error(400, "invalid_request", "AADSTS90014: scope is missing");
    }
    return token(tenant, grantType, clientId, clientSecret, authorization);
  }

  @POST
  @Path("{tenant}/oauth2/token")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @PermitAll
  public Response v1(
      @RestPath String tenant,
      @RestForm("grant_type") @Nullable String grantType,
      @RestForm("client_id") @Nullable String clientId,
      @RestForm("client_secret") @Nullable String clientSecret,
      @RestHeader("Authorization") @Nullable String authorization) {
    return token(tenant, grantType, clientId, clientSecret, authorization);
  }

  private Response token(
      String tenant,
      @Nullable String grantType,
      @Nullable String clientId,
      @Nullable String clientSecret,
      @Nullable String authorization) {
    if (!signer.isOn()) {
      return error(404, "invalid_request", "no tokens are issued here");
    }
    if (grantType == null) {
      return error(400, "invalid_request", "AADSTS900144: grant_type is missing");
    }
    if (!grantType.equals("client_credentials")) {
      return error(
          400, "unsupported_grant_type", "AADSTS70003: only client_credentials is supported");
    }
    String[] basic = basic(authorization);
    String id = basic.length == 2 ? basic[0] : clientId;
    String secret = basic.length == 2 ? basic[1] : clientSecret;
    if (id == null || secret == null) {
      return error(400, "invalid_request", "AADSTS7000216: client_id and client_secret are needed");
    }
    return clients
        .authenticate(tenant, id, secret)
        .map(this::granted)
        .orElseGet(
            () ->
                error(
                    401,
                    "invalid_client",
                    "AADSTS7000215: the client, its secret or its tenant is not right"));
  }

  private Response granted(OAuthClients.Client client) {
    ObjectNode body = json();
    body.put("token_type", "Bearer");
    body.put("expires_in", signer.validitySeconds());
    body.put("ext_expires_in", signer.validitySeconds());
    body.put("access_token", signer.tokenFor(client));
    return answer(200, body);
  }

  private static String[] basic(@Nullable String authorization) {
    if (authorization == null || !authorization.startsWith(BASIC)) {
      return new String[0];
    }
    try {
      byte[] pair = Base64.getDecoder().decode(authorization.substring(BASIC.length()));
      return new String(pair, StandardCharsets.UTF_8).split(":", 2);
    } catch (IllegalArgumentException e) {
      return new String[0];
    }
  }

  private static Response error(int status, String code, String description) {
    return answer(status, json().put("error", code).put("error_description", description));
  }

  private static Response answer(int status, ObjectNode body) {
    return Response.status(status)
        .type(MediaType.APPLICATION_JSON)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .entity(body.toString())
        .build();
  }

  private static ObjectNode json() {
    return ContractJson.mapper().createObjectNode();
  }
}
