/** Which users and devices a profile is for: include and exclude lists, where exclusion wins. */
@NullMarked
package io.certferry.profile.assignment;

import org.jspecify.annotations.NullMarked;
