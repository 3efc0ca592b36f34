/**
 * Connectors: this one registers itself for each of its tenants, reports its CAs with every
 * heartbeat, and is refused, aloud, as the 101st of a tenant. Also what administrators see and do:
 * connectors, CAs, probes, approvals.
 */
@NullMarked
package io.certferry.gateway.registry;

import org.jspecify.annotations.NullMarked;
