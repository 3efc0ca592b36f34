package io.certferry.contracts.event;

import io.certferry.contracts.Bytes;
import java.util.UUID;

/**
 * Make the certificate that the grant allows.
 *
 * @param requestId one per natural key, for its whole life
 * @param grant compact JWS of a {@link io.certferry.contracts.grant.Grant} of kind pkcs
 * @param deviceCertificate DER; its SPKI hash stands in the grant
 */
public record RequestCertificate(
    UUID requestId, NaturalKey naturalKey, String grant, Bytes deviceCertificate) {}
