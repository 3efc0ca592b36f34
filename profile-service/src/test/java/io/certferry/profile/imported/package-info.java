@NullMarked
package io.certferry.profile.imported;

import org.jspecify.annotations.NullMarked;
