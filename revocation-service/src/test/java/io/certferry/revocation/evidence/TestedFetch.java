package io.certferry.revocation.evidence;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How a test fetches. */
record TestedFetch(List<String> networks) implements FetchConfig {
  @Override
  public boolean enabled() {
    return true;
  }

  @Override
  public Optional<List<String>> allowedNetworks() {
    return Optional.of(networks);
  }

  @Override
  public int maxBytes() {
    return 4_096;
  }

  @Override
  public Duration connectTimeout() {
    return Duration.ofSeconds(2);
  }

  @Override
  public Duration timeout() {
    return Duration.ofSeconds(2);
  }

  @Override
  public Optional<Path> trust() {
    return Optional.empty();
  }

  @Override
  public Duration clockSkew() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Duration longestAge() {
    return Duration.ofDays(7);
  }

  @Override
  public Duration minInterval() {
    return Duration.ZERO;
  }

  @Override
  public Duration longestRecheck() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Duration watchInterval() {
    return Duration.ofMinutes(15);
  }
}
