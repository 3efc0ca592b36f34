package io.certferry.contracts.event;

import io.certferry.contracts.Bytes;
import java.util.UUID;

/**
 * Re-encrypt an imported PFX to the device and hand the sealed package over; no CA takes part.
 *
 * @param naturalKey its item is the import's thumbprint (upper-case hex SHA-1)
 * @param grant compact JWS of a {@link io.certferry.contracts.grant.Grant} of kind imported-pfx
 * @param deviceCertificate DER; its SPKI hash stands in the grant
 */
public record DeliverImport(
    UUID requestId, NaturalKey naturalKey, String grant, UUID importId, Bytes deviceCertificate) {}
