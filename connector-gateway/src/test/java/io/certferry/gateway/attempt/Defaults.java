package io.certferry.gateway.attempt;

import java.time.Duration;

/** The configuration that nobody changed. */
final class Defaults implements AttemptConfig {

  @Override
  public boolean enabled() {
    return true;
  }

  @Override
  public Duration pollInterval() {
    return Duration.ofMillis(200);
  }

  @Override
  public Duration sweepInterval() {
    return Duration.ofMillis(500);
  }

  @Override
  public int outcomeGroup() {
    return 128;
  }

  @Override
  public Duration retryFirst() {
    return Duration.ofSeconds(2);
  }

  @Override
  public Duration retryLongest() {
    return Duration.ofMinutes(30);
  }

  @Override
  public Duration pendingFirst() {
    return Duration.ofMinutes(1);
  }

  @Override
  public Duration pendingLongest() {
    return Duration.ofHours(1);
  }

  @Override
  public Duration reconcileFirst() {
    return Duration.ofSeconds(1);
  }

  @Override
  public Duration reconcileLongest() {
    return Duration.ofMinutes(5);
  }

  @Override
  public int wrongAnswers() {
    return 3;
  }
}
