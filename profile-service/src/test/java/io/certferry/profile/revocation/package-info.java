@NullMarked
package io.certferry.profile.revocation;

import org.jspecify.annotations.NullMarked;
