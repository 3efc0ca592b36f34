/**
 * Simple Certificate Enrolment Protocol (RFC 8894) on Bouncy Castle's CMS classes. jscep is not
 * used: it is built for other Bouncy Castle artefacts, brings an HTTP client without our limits,
 * and wants the requester's private key, which no connector has.
 */
@NullMarked
package io.certferry.gateway.driver.scep;

import org.jspecify.annotations.NullMarked;
