package io.certferry.contracts.event;

import io.certferry.contracts.Bytes;
import java.util.UUID;

/**
 * Package the trusted root that the grant names for the device; no CA takes part.
 *
 * @param grant compact JWS of a {@link io.certferry.contracts.grant.Grant} of kind trusted-root
 */
public record DeliverRoots(
    UUID requestId, NaturalKey naturalKey, String grant, Bytes deviceCertificate) {}
