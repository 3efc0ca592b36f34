/** Tests of the crash points, in processes of their own. */
@NullMarked
package io.certferry.messaging.crash;

import org.jspecify.annotations.NullMarked;
