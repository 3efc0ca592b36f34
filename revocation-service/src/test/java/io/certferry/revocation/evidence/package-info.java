/** Tests of what may be believed. */
@NullMarked
package io.certferry.revocation.evidence;

import org.jspecify.annotations.NullMarked;
