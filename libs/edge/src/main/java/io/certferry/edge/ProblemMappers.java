package io.certferry.edge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.certferry.contracts.ContractJson;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.ext.web.handler.HttpException;
import jakarta.inject.Singleton;
import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * Every way a call can end badly, as a problem document. What is not known here is a 500 that tells
 * nothing but where to look in the log.
 */
@Singleton
public class ProblemMappers {

  private static final Logger LOG = Logger.getLogger(ProblemMappers.class);
  private static final int SERVER_ERRORS = 500;

  private static final Map<Integer, String> TYPES =
      Map.of(
          400, "bad-request",
          401, "unauthorized",
          403, "forbidden",
          404, "not-found",
          405, "method-not-allowed",
          406, "not-acceptable",
          413, "too-large",
          415, "unsupported-media-type",
          429, "too-many-requests",
          503, "unavailable");

  private final CorrelationId correlationId;

  public ProblemMappers(CorrelationId correlationId) {
    this.correlationId = correlationId;
  }

  @ServerExceptionMapper
  public Response refusal(ProblemException refusal) {
    return answer(refusal);
  }

  @ServerExceptionMapper
  public Response mismatch(MismatchedInputException fault) {
    return unparsable(fault);
  }

  @ServerExceptionMapper
  public Response unparsable(JsonProcessingException fault) {
    return answer(ProblemException.unparsable(List.of(JsonFaults.describe(fault))));
  }

  @ServerExceptionMapper
  public Response violations(ConstraintViolationException fault) {
    return answer(ProblemException.ruleBroken(ViolationFaults.describe(fault)));
  }

  @ServerExceptionMapper
  public Response unauthorized(UnauthorizedException fault) {
    return challenge("a bearer token is needed");
  }

  @ServerExceptionMapper
  public Response authenticationFailed(AuthenticationFailedException fault) {
    return challenge("the bearer token is not accepted");
  }

  @ServerExceptionMapper
  public Response forbidden(ForbiddenException fault) {
    return answer(ProblemException.forbidden("the token does not have the role for this"));
  }

  @ServerExceptionMapper
  public Response http(HttpException fault) {
    return ofStatus(fault.getStatusCode(), fault);
  }

  /**
   * What the REST layer throws itself (no such path, method, media type …) and what a resource
   * built on purpose.
   */
  @ServerExceptionMapper
  public Response web(WebApplicationException fault) {
    if (fault.getCause() instanceof JsonProcessingException json) {
      return unparsable(json);
    }
    Response original = fault.getResponse();
    if (original.hasEntity() || original.getStatus() < 400) {
      return original;
    }
    Response problem = ofStatus(original.getStatus(), fault);
    Object allow = original.getHeaders().getFirst(HttpHeaders.ALLOW);
    return allow == null
        ? problem
        : Response.fromResponse(problem).header(HttpHeaders.ALLOW, allow).build();
  }

  @ServerExceptionMapper
  public Response unknown(Exception fault) {
    if (Unavailability.causes(fault)) {
      LOG.warnf("event=unavailable correlationId=%s error=%s", correlationId.value(), fault);
      return answer(ProblemException.unavailable("try again later", Unavailability.retryAfter()));
    }
    return internal(fault);
  }

  private Response ofStatus(int status, Exception fault) {
    return status >= SERVER_ERRORS && status != 503
        ? internal(fault)
        : answer(
            new ProblemException(status, TYPES.getOrDefault(status, "http-" + status), List.of()));
  }

  private Response internal(Exception fault) {
    LOG.errorf(fault, "event=internal-error correlationId=%s", correlationId.value());
    return answer(new ProblemException(SERVER_ERRORS, "internal", List.of()));
  }

  private Response challenge(String detail) {
    return Response.fromResponse(answer(new ProblemException(401, "unauthorized", detail)))
        .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
        .build();
  }

  private Response answer(ProblemException refusal) {
    Problem problem = Problem.of(refusal, correlationId.value());
    Response.ResponseBuilder response =
        Response.status(refusal.status())
            .type(Problem.MEDIA_TYPE)
            .entity(ContractJson.write(problem));
    if (refusal.retryAfter() != null) {
      response.header(HttpHeaders.RETRY_AFTER, Math.max(1, refusal.retryAfter().toSeconds()));
    }
    return response.build();
  }
}
