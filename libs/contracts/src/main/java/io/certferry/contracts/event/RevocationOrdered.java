package io.certferry.contracts.event;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The barrier: from the commit in which issuance-service takes this on, nothing is delivered for
 * the natural key. It answers with {@link RequestProgressed} REVOKING, with the certificate's facts
 * if there is one; a certificate that arrives later is reported likewise and revoked then.
 *
 * @param requestId null when only the natural key is known
 * @param issuer RFC 4514 name; null while no certificate is known
 * @param serial lower-case hex; null while no certificate is known
 * @param reason RFC 5280 reason name
 * @param trigger why, such as unenrolled, wiped, key-compromise, superseded
 * @param priority compromise, lifecycle or superseded
 * @param action revoke, remove (from the device, without revoking) or keep
 * @param removeFromDevice with action revoke: whether the device is to remove it too; absent means
 *     yes
 * @param at when the revocation was ordered
 */
public record RevocationOrdered(
    UUID revocationId,
    @Nullable UUID requestId,
    NaturalKey naturalKey,
    @Nullable String caId,
    @Nullable String issuer,
    @Nullable String serial,
    String reason,
    String trigger,
    String priority,
    String action,
    @Nullable Boolean removeFromDevice,
    Instant at) {}
