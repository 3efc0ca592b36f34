/** Tests of the signatures. */
@NullMarked
package io.certferry.contracts.grant;

import org.jspecify.annotations.NullMarked;
