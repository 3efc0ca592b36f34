/** Tests of devices and their trust. */
@NullMarked
package io.certferry.profile.device;

import org.jspecify.annotations.NullMarked;
