/**
 * The end of a certificate as revocation-service orders it: the barrier, after which nothing is
 * delivered for a natural key, whatever was on its way.
 */
@NullMarked
package io.certferry.issuance.revocation;

import org.jspecify.annotations.NullMarked;
