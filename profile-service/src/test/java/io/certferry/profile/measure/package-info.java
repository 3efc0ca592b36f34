/** Tests of what operators see. */
@NullMarked
package io.certferry.profile.measure;

import org.jspecify.annotations.NullMarked;
