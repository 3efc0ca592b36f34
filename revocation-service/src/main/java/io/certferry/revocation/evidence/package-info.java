/**
 * Looks whether a CA really lists what it accepted: fetches CRLs and OCSP answers from configured
 * places only, and trusts them only when signed and fresh.
 */
@NullMarked
package io.certferry.revocation.evidence;

import org.jspecify.annotations.NullMarked;
