package io.certferry.profile.enrolment;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * When a certificate is renewed. The window opens when so much of the lifetime is left as the
 * profile says, and closes when half of that is gone, so that the other half is left for what may
 * go wrong. Each request has an instant of its own inside it, the same each time it is asked for,
 * so that one day's issuance does not renew on one day.
 */
public record RenewalWindow(Instant opens, Instant closes) {

  private static final int PERCENT = 100;
  private static final double RANGE = 0x1.0p53;

  /**
   * @param percentLeft how much of the lifetime is left when the window opens, 1 to 99
   */
  public static RenewalWindow of(Instant notBefore, Instant notAfter, int percentLeft) {
    Duration left =
        Duration.between(notBefore, notAfter).multipliedBy(percentLeft).dividedBy(PERCENT);
    Instant opens = notAfter.minus(left);
    return new RenewalWindow(opens, opens.plus(left.dividedBy(2)));
  }

  /** The request's instant, in whole seconds. */
  public Instant instantOf(UUID requestId) {
    long seconds = (long) (fraction(requestId) * Duration.between(opens, closes).toSeconds());
    return opens.plusSeconds(seconds);
  }

  /** Request ids begin with a time, so all of their bits are mixed (SplitMix64's finaliser). */
  private static double fraction(UUID requestId) {
    long z = requestId.getMostSignificantBits() * 0x9E3779B97F4A7C15L;
    z ^= requestId.getLeastSignificantBits();
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    return (z >>> 11) / RANGE;
  }
}
