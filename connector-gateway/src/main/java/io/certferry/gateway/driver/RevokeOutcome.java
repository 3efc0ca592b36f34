package io.certferry.gateway.driver;

import java.time.Instant;

/** What a CA said to a revocation. */
public sealed interface RevokeOutcome {

  /**
   * It is revoked.
   *
   * @param already it was before
   */
  record Revoked(Instant revokedAt, boolean already) implements RevokeOutcome {}

  /** It will not be; final. */
  record Refused(String code, String message) implements RevokeOutcome {}

  /** Not now, or nobody knows; revoking is idempotent, so it is simply tried again. */
  record Retryable(String code) implements RevokeOutcome {}
}
