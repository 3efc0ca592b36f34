package io.certferry.issuance.key;

import io.certferry.contracts.grant.Grant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the key stage made of a claim. */
sealed interface KeyOutcome {

  KeyClaim claim();

  /**
   * Key and CSR are made.
   *
   * @param sealed the new private key; null if the one that was committed before is used
   * @param pooled the pool's key that was used
   * @param authorization the signed command; null while the grant has expired and is to be signed
   *     again
   */
  record Made(
      KeyClaim claim,
      Grant grant,
      byte[] spki,
      byte[] csr,
      @Nullable Sealed sealed,
      @Nullable UUID pooled,
      @Nullable String authorization)
      implements KeyOutcome {

    Made sendable(String commandJws) {
      return new Made(claim, grant, spki, csr, sealed, pooled, commandJws);
    }
  }

  /** No key is ever made for this. */
  record Refused(KeyClaim claim, String reason, String detail) implements KeyOutcome {}

  /** There was no time; somebody else may have it at once. */
  record Unworked(KeyClaim claim) implements KeyOutcome {}

  /** It did not work; later perhaps. */
  record Failed(KeyClaim claim) implements KeyOutcome {}
}
