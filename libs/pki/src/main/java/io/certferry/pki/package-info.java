/**
 * The cryptography of Certferry: the only place with Bouncy Castle. Everything public here speaks
 * DER and records; the JCA does the arithmetic, Bouncy Castle only the ASN.1.
 */
@NullMarked
package io.certferry.pki;

import org.jspecify.annotations.NullMarked;
