/** Tests of check-ins, the hot path. */
@NullMarked
package io.certferry.profile.checkin;

import org.jspecify.annotations.NullMarked;
