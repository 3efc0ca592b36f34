@NullMarked
package io.certferry.profile.renewal;

import org.jspecify.annotations.NullMarked;
