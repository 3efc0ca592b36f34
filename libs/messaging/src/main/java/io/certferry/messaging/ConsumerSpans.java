package io.certferry.messaging;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/**
 * A consumer span per event whose sender sampled its trace, as the parent of whatever the event
 * leads to. Events of unsampled traces cost a look at one header.
 */
@Singleton
class ConsumerSpans {

  private final Tracer tracer;

  ConsumerSpans(OpenTelemetry telemetry) {
    this.tracer = telemetry.getTracer("io.certferry.messaging");
  }

  Traced start(List<InboundEvent<?>> events) {
    List<InboundEvent<?>> inSpans = new ArrayList<>(events.size());
    List<Span> spans = new ArrayList<>();
    events.forEach(event -> inSpans.add(inSpan(event, spans)));
    return new Traced(inSpans, spans);
  }

  private InboundEvent<?> inSpan(InboundEvent<?> event, List<Span> spans) {
    SpanContext parent = Traces.parse(event.cause().traceparent());
    if (!parent.isValid() || !parent.isSampled()) {
      return event;
    }
    Span span =
        tracer
            .spanBuilder("process " + event.topic())
            .setSpanKind(SpanKind.CONSUMER)
            .setParent(Context.root().with(Span.wrap(parent)))
            .setAttribute("messaging.system", "kafka")
            .setAttribute("messaging.destination.name", event.topic())
            .setAttribute("messaging.message.id", event.id().toString())
            .startSpan();
    spans.add(span);
    return event.withCause(event.cause().inSpan(span.getSpanContext()));
  }

  /** Events with their spans open. */
  record Traced(List<InboundEvent<?>> events, List<Span> spans) {
    void end() {
      spans.forEach(Span::end);
    }
  }
}
