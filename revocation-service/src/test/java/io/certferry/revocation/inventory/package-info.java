/** Tests of names and serials. */
@NullMarked
package io.certferry.revocation.inventory;

import org.jspecify.annotations.NullMarked;
