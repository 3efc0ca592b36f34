/** Tests of enrolments and resending. */
@NullMarked
package io.certferry.profile.enrolment;

import org.jspecify.annotations.NullMarked;
