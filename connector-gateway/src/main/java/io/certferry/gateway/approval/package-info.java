/** Managers decide what waits at a CA whose approvals go through this connector. */
@NullMarked
package io.certferry.gateway.approval;

import org.jspecify.annotations.NullMarked;
