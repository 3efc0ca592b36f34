/**
 * PKCS#12 files (RFC 7292) in the two profiles that devices accept, and the limits that a file from
 * outside has to pass before any key derivation runs.
 */
@NullMarked
package io.certferry.pki.pkcs12;

import org.jspecify.annotations.NullMarked;
