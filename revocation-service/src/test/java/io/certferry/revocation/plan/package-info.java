/** Tests of mass revocations. */
@NullMarked
package io.certferry.revocation.plan;

import org.jspecify.annotations.NullMarked;
