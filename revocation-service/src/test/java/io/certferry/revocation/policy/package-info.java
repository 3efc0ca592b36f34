/** Tests of the table. */
@NullMarked
package io.certferry.revocation.policy;

import org.jspecify.annotations.NullMarked;
