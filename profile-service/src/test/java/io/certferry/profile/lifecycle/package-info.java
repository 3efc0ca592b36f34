/** Tests of departures. */
@NullMarked
package io.certferry.profile.lifecycle;

import org.jspecify.annotations.NullMarked;
