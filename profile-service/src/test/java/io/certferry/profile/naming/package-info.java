/** Tests of names. */
@NullMarked
package io.certferry.profile.naming;

import org.jspecify.annotations.NullMarked;
