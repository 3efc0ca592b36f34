/**
 * Dry runs: what a profile would give to a sample or to the devices that it is assigned to, and who
 * would fail and why. Nothing is written.
 */
@NullMarked
package io.certferry.profile.preview;

import org.jspecify.annotations.NullMarked;
