/** CMS envelopes (RFC 5652, 5083, 5084, 5753) to a device's certificate. */
@NullMarked
package io.certferry.pki.cms;

import org.jspecify.annotations.NullMarked;
