/**
 * What profile-service signed: verification with keys from this service's own file, the device's
 * certificate against its own trust anchors, and what a grant means for the CSR and for the
 * certificate that comes back.
 */
@NullMarked
package io.certferry.issuance.grant;

import org.jspecify.annotations.NullMarked;
