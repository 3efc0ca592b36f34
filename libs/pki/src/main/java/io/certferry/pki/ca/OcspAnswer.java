package io.certferry.pki.ca;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a responder said of one certificate; its signature held. Whether it is fresh is the caller's
 * to judge.
 *
 * @param thisUpdate when the status was known to be right
 * @param nextUpdate when newer information comes, or null when it does not say
 * @param nonce that it gives back, or null
 */
public record OcspAnswer(
    OcspStatus status, Instant thisUpdate, @Nullable Instant nextUpdate, byte @Nullable [] nonce) {}
