package io.certferry.edge;

import io.certferry.contracts.ContractJson;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a body that announces itself as too large, before it is read, with a problem document
 * instead of an empty 413.
 */
@Singleton
class BodyLimit {

  private static final int BEFORE_THE_OWN_LIMIT = 1_000;
  private static final int TOO_LARGE = 413;

  private final long limit;

  BodyLimit(
      @ConfigProperty(name = "quarkus.http.limits.max-body-size") Optional<MemorySize> limit) {
    this.limit = limit.map(MemorySize::asLongValue).orElse(Long.MAX_VALUE);
  }

  void register(@Observes Filters filters) {
    filters.register(this::check, BEFORE_THE_OWN_LIMIT);
  }

  private void check(RoutingContext call) {
    if (length(call.request().getHeader("Content-Length")) <= limit) {
      call.next();
      return;
    }
    String id = new CorrelationId().accept(call.request().getHeader(CorrelationId.HEADER));
    var refusal = new ProblemException(TOO_LARGE, "too-large", List.of());
    call.response()
        .setStatusCode(TOO_LARGE)
        .putHeader("Content-Type", Problem.MEDIA_TYPE)
        .putHeader("Connection", "close")
        .putHeader(CorrelationId.HEADER, id)
        .end(Buffer.buffer(ContractJson.write(Problem.of(refusal, id))));
  }

  private static long length(@Nullable String header) {
    try {
      return header == null ? 0 : Long.parseLong(header);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
