package io.certferry.issuance.request;

import io.certferry.contracts.grant.Grant;
import java.time.Duration;
import java.time.Instant;

/** How urgent a SubmitCsr is. */
public final class SubmitCommands {

  private static final Duration DEVICE_WAITS = Duration.ofMinutes(5);
  private static final Duration RENEWAL = Duration.ofHours(24);

  private SubmitCommands() {}

  /** 0 while a device waits, 1 for a renewal. */
  public static int priority(Grant grant) {
    return grant.renewal() ? 1 : 0;
  }

  /**
   * By when it should be with the CA: soon after it was accepted, and never after the grant's
   * expiry.
   */
  public static Instant deadline(Grant grant, RequestRow row) {
    Instant wanted = row.acceptedAt().plus(grant.renewal() ? RENEWAL : DEVICE_WAITS);
    return wanted.isBefore(grant.expiresAt()) ? wanted : grant.expiresAt();
  }
}
