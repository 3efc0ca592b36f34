package io.certferry.issuance.key;

import io.certferry.contracts.event.NaturalKey;
import io.certferry.pki.key.WrappingContext;
import java.util.UUID;

/**
 * What wrapped private keys are bound to: a key cannot be moved to another request, nor back into
 * the pool.
 */
public final class KeyContexts {

  private KeyContexts() {}

  /** The key of one request: its natural key and its public key. */
  public static WrappingContext ofRequest(NaturalKey key, byte[] spki) {
    return WrappingContext.ofKey(
        "issuance-key",
        spki,
        key.tenant(),
        key.deviceId(),
        key.subject(),
        key.profileId().toString(),
        key.item(),
        Integer.toString(key.generation()));
  }

  /** A key that waits in the pool. */
  static WrappingContext ofPool(UUID id, byte[] spki) {
    return WrappingContext.ofKey("pool-key", spki, id.toString());
  }
}
