/** Tests of assignments. */
@NullMarked
package io.certferry.profile.assignment;

import org.jspecify.annotations.NullMarked;
