/**
 * Devices as they report themselves: whether a device's certificate can be believed, and one narrow
 * row per device by which a check-in that needs nothing is recognised.
 */
@NullMarked
package io.certferry.profile.device;

import org.jspecify.annotations.NullMarked;
