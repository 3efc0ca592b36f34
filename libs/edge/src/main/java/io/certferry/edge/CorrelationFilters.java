package io.certferry.edge;

import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import org.jboss.logging.MDC;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Gives each call its correlation id before anything can go wrong with it. */
@Singleton
public class CorrelationFilters {

  private static final int FIRST = 100;

  private final CorrelationId correlationId;

  public CorrelationFilters(CorrelationId correlationId) {
    this.correlationId = correlationId;
  }

  /** Accepts or makes the id. */
  @ServerRequestFilter(preMatching = true, priority = FIRST)
  public void identify(ContainerRequestContext request) {
    String id = correlationId.accept(request.getHeaderString(CorrelationId.HEADER));
    MDC.put(CorrelationId.MDC_KEY, id);
  }

  /** Sends it back. */
  @ServerResponseFilter
  public void echo(ContainerResponseContext response) {
    response.getHeaders().putSingle(CorrelationId.HEADER, correlationId.value());
  }
}
