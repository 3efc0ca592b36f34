package io.certferry.gateway.attempt;

import io.certferry.contracts.metric.GatewayMetrics;
import io.certferry.gateway.command.Action;
import io.certferry.gateway.command.ClaimedCommand;
import io.certferry.gateway.command.CommandQueue;
import io.certferry.messaging.Meters;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/**
 * Counts what workers do; labels are CAs, actions and outcome classes, never a device, user or
 * serial.
 */
@Singleton
class CallMetrics {

  private static final Set<String> ERRORS =
      Set.of("retryable", "configuration", "denied", "unknown");

  private final MeterRegistry registry;

  CallMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** How long a command waited for its first claim. */
  void claimed(ClaimedCommand command) {
    if (command.attempts() == 0 && command.failures() == 0 && command.action() == Action.SUBMIT) {
      Meters.timer(registry, GatewayMetrics.CLAIM_LATENCY, command.caId())
          .record(CommandQueue.waited(command));
    }
  }

  void called(String caId, Action action, Duration took) {
    Meters.timer(registry, GatewayMetrics.CA_CALL, caId, label(action.name())).record(took);
  }

  /** What became of some work, and of the certificate if it brought one. */
  void outcome(String caId, String outcome, Recorded recorded) {
    Meters.counter(registry, GatewayMetrics.OUTCOMES, caId, outcome).increment();
    Verdict verdict = recorded.verdict();
    String attempt = verdict.attemptOutcome();
    if (attempt != null && ERRORS.contains(attempt)) {
      Meters.counter(registry, GatewayMetrics.CA_ERRORS, caId, attempt).increment();
    }
    if (verdict.kept() != null) {
      Meters.summary(registry, GatewayMetrics.ATTEMPTS, caId).record(recorded.attempt());
    }
  }

  void late(String caId) {
    Meters.counter(registry, GatewayMetrics.LATE_RESULTS, caId).increment();
  }

  /** Shows whether the CA is left alone. */
  void watch(String caId, CircuitBreaker breaker) {
    Meters.gauge(registry, GatewayMetrics.BREAKER_OPEN, () -> breaker.isOpen() ? 1 : 0, caId);
  }

  private static String label(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
