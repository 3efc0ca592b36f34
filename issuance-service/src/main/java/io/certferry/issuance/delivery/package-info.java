/**
 * Packages on their way out: listing, fetching, acknowledgement, and destruction after the
 * retention time.
 */
@NullMarked
package io.certferry.issuance.delivery;

import org.jspecify.annotations.NullMarked;
