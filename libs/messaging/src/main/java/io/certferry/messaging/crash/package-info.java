/** Named points at which a test kills the process, to prove what a crash there leaves behind. */
@NullMarked
package io.certferry.messaging.crash;

import org.jspecify.annotations.NullMarked;
