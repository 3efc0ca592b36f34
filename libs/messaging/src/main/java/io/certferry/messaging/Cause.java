package io.certferry.messaging;

import io.opentelemetry.api.trace.SpanContext;
import org.jspecify.annotations.Nullable;

/**
 * Why an event exists, as its envelope says it.
 *
 * @param correlationId the same through a whole story, from the check-in to the installed
 *     certificate
 * @param causationId the {@code ce_id} of the event that led to this one; null at the start of a
 *     story
 * @param traceparent W3C trace context to continue; null takes the span that is current when the
 *     event is appended
 */
public record Cause(
    String correlationId, @Nullable String causationId, @Nullable String traceparent) {

  private static final int MAX_CORRELATION_ID = 128;

  public Cause {
    if (correlationId.isBlank() || correlationId.length() > MAX_CORRELATION_ID) {
      throw new IllegalArgumentException("correlationId must have 1 to 128 characters");
    }
  }

  /** The start of a new story, inside the current trace if there is one. */
  public static Cause fresh() {
    return withCorrelationId(EventIds.next().toString());
  }

  /** The start of a story whose id came from outside, such as {@code X-Correlation-Id}. */
  public static Cause withCorrelationId(String correlationId) {
    return new Cause(correlationId, null, Traces.currentTraceparent());
  }

  /** What to give to the events that handling this one leads to. */
  public static Cause of(InboundEvent<?> event) {
    return new Cause(
        event.cause().correlationId(), event.id().toString(), event.cause().traceparent());
  }

  Cause inSpan(SpanContext span) {
    return new Cause(correlationId, causationId, Traces.format(span));
  }
}
