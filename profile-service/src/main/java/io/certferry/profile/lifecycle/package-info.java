/**
 * Devices and users that leave. What they had under way ends and they are granted nothing more;
 * revoking what they hold is revocation-service's work, which hears of the same events.
 */
@NullMarked
package io.certferry.profile.lifecycle;

import org.jspecify.annotations.NullMarked;
