/**
 * What relying parties fetch from the built-in CA without a token: CRLs, OCSP answers and CA
 * certificates.
 */
@NullMarked
package io.certferry.gateway.authority;

import org.jspecify.annotations.NullMarked;
