/**
 * From a key and its certificate to a package that only one device can open, in the envelope and in
 * the platform's own form (DESIGN section 7). issuance-service and pfx-import-service package with
 * the same code; it computes and neither stores nor sends.
 */
@NullMarked
package io.certferry.packaging;

import org.jspecify.annotations.NullMarked;
