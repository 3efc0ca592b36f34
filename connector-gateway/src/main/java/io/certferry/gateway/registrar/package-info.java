/**
 * The registrar: a small CA that gives connectors their identities. An administrator asks for a
 * token for one connector and one key; whoever has both enrols once, on a port of its own with
 * mutual TLS, and then reports and renews there. A retired connector is refused.
 */
@NullMarked
package io.certferry.gateway.registrar;

import org.jspecify.annotations.NullMarked;
