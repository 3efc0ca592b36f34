package io.certferry.gateway.attempt;

import io.certferry.gateway.command.Action;
import io.certferry.gateway.command.ClaimedCommand;
import io.certferry.gateway.command.CommandQueue;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;

/**
 * Counts what workers do; labels are CAs, actions and outcome classes, never a device, user or
 * serial.
 */
@Singleton
class CallMetrics {

  private final MeterRegistry registry;

  CallMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** How long a command waited for its first claim. */
  void claimed(ClaimedCommand command) {
    if (command.attempts() == 0 && command.failures() == 0 && command.action() == Action.SUBMIT) {
      Timer.builder("certferry.command.claim.latency")
          .description("From intake to first claim")
          .tag("ca", command.caId())
          .publishPercentileHistogram()
          .register(registry)
          .record(CommandQueue.waited(command));
    }
  }

  void called(String caId, Action action, Duration took) {
    Timer.builder("certferry.ca.call")
        .description("Calls to a CA")
        .tag("ca", caId)
        .tag("action", label(action.name()))
        .publishPercentileHistogram()
        .register(registry)
        .record(took);
  }

  void outcome(String caId, String outcome) {
    Counter.builder("certferry.attempt.outcomes")
        .description("What became of submissions")
        .tag("ca", caId)
        .tag("outcome", outcome)
        .register(registry)
        .increment();
  }

  void late(String caId) {
    Counter.builder("certferry.late.results")
        .description("Results of a lease that was lost")
        .tag("ca", caId)
        .register(registry)
        .increment();
  }

  private static String label(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
