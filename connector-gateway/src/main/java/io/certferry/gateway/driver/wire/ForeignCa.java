package io.certferry.gateway.driver.wire;

import java.time.Duration;
import java.time.InstantSource;

/**
 * What every driver has of a CA that is not ours.
 *
 * @param http the way to it
 * @param chain that its certificates must lead to
 * @param templates as the operator configured them
 * @param maxInFlight after which a submission that the CA does not know was never received
 */
public record ForeignCa(
    CaHttp http,
    PinnedChain chain,
    ConfiguredTemplates templates,
    Duration maxInFlight,
    InstantSource clock) {}
