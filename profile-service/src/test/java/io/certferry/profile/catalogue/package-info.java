/** Tests of profiles. */
@NullMarked
package io.certferry.profile.catalogue;

import org.jspecify.annotations.NullMarked;
