/**
 * Enrollment over Secure Transport (RFC 7030, RFC 8951): PKCS#10 in, certs-only out, over TLS with
 * HTTP Basic or a client certificate. EST cannot be searched and does not revoke. The messages are
 * two base64 bodies; Bouncy Castle's EST client would bring a second HTTP stack with other limits.
 */
@NullMarked
package io.certferry.gateway.driver.est;

import org.jspecify.annotations.NullMarked;
