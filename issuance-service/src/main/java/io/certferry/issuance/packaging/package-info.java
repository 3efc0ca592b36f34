/**
 * From a certificate that was checked to a package that only one device can open, in the envelope
 * and in the platform's own form.
 */
@NullMarked
package io.certferry.issuance.packaging;

import org.jspecify.annotations.NullMarked;
