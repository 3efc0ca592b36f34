/**
 * What the PKI admin of this connector allows, from a file of its own: even a control plane that is
 * taken over cannot get a certificate past it. Checks signatures of grant and command, the CSR
 * against the grant, and both against the file.
 */
@NullMarked
package io.certferry.gateway.policy;

import org.jspecify.annotations.NullMarked;
