/** Tests of decisions. */
@NullMarked
package io.certferry.profile.evaluation;

import org.jspecify.annotations.NullMarked;
