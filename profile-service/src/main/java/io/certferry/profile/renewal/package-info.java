/**
 * The timer that renews certificates: by server-assigned instants, from what devices reported last,
 * without waiting for their next check-in unless they have been silent for too long.
 */
@NullMarked
package io.certferry.profile.renewal;

import org.jspecify.annotations.NullMarked;
