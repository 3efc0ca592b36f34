package io.certferry.contracts.grant;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The sender of a CA command vouches for it: a grant read off the wire is worth nothing without it.
 *
 * @param command submit, query or revoke
 * @param grantSha256 lower-case hex SHA-256 of the grant's compact form (submit)
 * @param csrSha256 lower-case hex SHA-256 of the CSR's DER (submit)
 * @param issuer RFC 4514 name (revoke)
 * @param serial lower-case hex (revoke)
 * @param reason RFC 5280 reason name (revoke)
 */
public record CommandAuthorization(
    String command,
    UUID requestId,
    String tenant,
    String caId,
    @Nullable String grantSha256,
    @Nullable String csrSha256,
    @Nullable String issuer,
    @Nullable String serial,
    @Nullable String reason,
    Instant issuedAt,
    Instant expiresAt) {}
