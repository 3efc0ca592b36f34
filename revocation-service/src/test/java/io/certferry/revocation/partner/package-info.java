/** Tests of the partner API. */
@NullMarked
package io.certferry.revocation.partner;

import org.jspecify.annotations.NullMarked;
