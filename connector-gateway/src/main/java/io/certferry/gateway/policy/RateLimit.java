package io.certferry.gateway.policy;

import java.time.Duration;

/**
 * How many submissions a CA gets from all connectors together; more wait.
 *
 * @param certificates at least 1
 * @param per any span of this length
 */
public record RateLimit(int certificates, Duration per) {

  /**
   * @throws IllegalArgumentException for a limit that lets nothing through
   */
  public RateLimit {
    if (certificates < 1 || per.isNegative() || per.isZero()) {
      throw new IllegalArgumentException(
          "rateLimit: certificates and per must be more than nothing");
    }
  }
}
