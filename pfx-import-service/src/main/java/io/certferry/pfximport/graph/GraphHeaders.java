package io.certferry.pfximport.graph;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.ContractJson;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.time.InstantSource;
import java.util.UUID;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.jspecify.annotations.Nullable;

/**
 * Gives every answer under {@code /beta} the headers and, where it is a refusal, the error form of
 * Graph, whoever made it: Microsoft's import tool throws on any other body and shows the header
 * {@code request-id}.
 */
@Singleton
public class GraphHeaders {

  static final String CONTENT_TYPE =
      "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

  private static final String REQUEST_ID = "request-id";
  private static final String CLIENT_REQUEST_ID = "client-request-id";
  private static final int LONGEST_ID = 128;

  private final InstantSource clock;

  GraphHeaders(InstantSource clock) {
    this.clock = clock;
  }

  /** The one mapper of this package's refusals. */
  @ServerExceptionMapper
  public Response refusal(GraphException refusal) {
    Response.ResponseBuilder response =
        Response.status(refusal.status())
            .type(MediaType.APPLICATION_JSON_TYPE)
            .entity(new Refusal(refusal.code(), String.valueOf(refusal.getMessage())));
    return refusal.status() == 503 ? response.header("Retry-After", 5).build() : response.build();
  }

  /** A refusal of this package before it has its ids. */
  record Refusal(String code, String message) {}

  /** Adds the headers, and turns any refusal into the Graph form. */
  @ServerResponseFilter
  public void complete(ContainerRequestContext request, ContainerResponseContext response) {
    if (!isGraph(request)) {
      return;
    }
    String requestId = UUID.randomUUID().toString();
    String clientRequestId = acceptable(request.getHeaderString(CLIENT_REQUEST_ID), requestId);
    response.getHeaders().putSingle(REQUEST_ID, requestId);
    response.getHeaders().putSingle(CLIENT_REQUEST_ID, clientRequestId);
    response.getHeaders().putSingle("OData-Version", "4.0");
    if (response.getStatus() >= 400) {
      Refusal refusal = refusal(response);
      response.setEntity(
          ContractJson.write(
              GraphError.of(
                  refusal.code(), refusal.message(), clock.instant(), requestId, clientRequestId)),
          new Annotation[0],
          MediaType.APPLICATION_JSON_TYPE);
    } else if (response.hasEntity()) {
      response.getHeaders().putSingle("Content-Type", CONTENT_TYPE);
    }
  }

  private static boolean isGraph(ContainerRequestContext request) {
    String path = request.getUriInfo().getPath();
    return path.startsWith("/beta/") || path.startsWith("beta/");
  }

  private static String acceptable(@Nullable String offered, String otherwise) {
    return offered != null && offered.length() <= LONGEST_ID && offered.matches("[A-Za-z0-9._:-]+")
        ? offered
        : otherwise;
  }

  private static Refusal refusal(ContainerResponseContext response) {
    if (response.getEntity() instanceof Refusal own) {
      return own;
    }
    return new Refusal(code(response.getStatus()), message(response));
  }

  private static String code(int status) {
    return switch (status) {
      case 400, 422 -> "BadRequest";
      case 401 -> "InvalidAuthenticationToken";
      case 403 -> "Authorization_RequestDenied";
      case 404 -> "ResourceNotFound";
      case 405 -> "MethodNotAllowed";
      case 406 -> "NotAcceptable";
      case 409 -> "Conflict";
      case 413 -> "RequestEntityTooLarge";
      case 415 -> "UnsupportedMediaType";
      case 429 -> "TooManyRequests";
      case 503 -> "ServiceUnavailable";
      default -> "InternalServerError";
    };
  }

  private static String message(ContainerResponseContext response) {
    if (response.getEntity() instanceof byte[] problem) {
      try {
        JsonNode json = ContractJson.mapper().readTree(problem);
        String detail = json.path("detail").asText("");
        return detail.isEmpty() ? json.path("title").asText("") : detail;
      } catch (IOException notAProblem) {
        return "The request was refused.";
      }
    }
    return response.getStatus() == 404 ? "There is no such resource." : "The request was refused.";
  }
}
