package io.certferry.contracts.event;

import java.util.UUID;

/**
 * What a request is about: at most one live certificate exists for each value (invariant I2).
 *
 * @param subject the user's id, or {@code -} for a device certificate
 * @param item an import's thumbprint, or {@code -}
 * @param generation 1, 2, 3 …
 */
public record NaturalKey(
    String tenant, String deviceId, String subject, UUID profileId, String item, int generation) {

  /** The value of {@link #subject} and {@link #item} that means "none". */
  public static final String NONE = "-";
}
