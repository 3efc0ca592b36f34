/** Tests of queues and pace. */
@NullMarked
package io.certferry.revocation.dispatch;

import org.jspecify.annotations.NullMarked;
