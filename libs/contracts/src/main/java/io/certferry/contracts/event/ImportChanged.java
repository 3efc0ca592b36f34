package io.certferry.contracts.event;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An imported PFX appeared, changed, turned out not to open, or was deleted; the highest version of
 * an import is its state.
 *
 * @param importId one per user and certificate, also over a deletion and a new import
 * @param userId UUIDv5 of tenant and lower-case UPN; which of the MDM's users it is, the UPN says
 * @param userPrincipalName lower case
 * @param thumbprint upper-case hex SHA-1 of the certificate; the {@code item} of natural keys
 * @param sha256 lower-case hex SHA-256 of the certificate; absent until the PFX was opened once, if
 *     the importer did not say it
 * @param purpose one of unassigned, smimeEncryption, smimeSigning, vpn, wifi
 * @param state one of available, failed (it did not open: see reason), deleted
 * @param reason a stable code with state failed
 * @param version grows with each change of the import
 */
public record ImportChanged(
    UUID importId,
    UUID userId,
    String userPrincipalName,
    String thumbprint,
    @Nullable String sha256,
    String purpose,
    Instant notBefore,
    Instant notAfter,
    String state,
    @Nullable String reason,
    int version,
    Instant at) {}
