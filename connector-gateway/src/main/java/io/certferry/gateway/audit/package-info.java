/** The auditor's window: whether this service's audit chain is whole. */
@NullMarked
package io.certferry.gateway.audit;

import org.jspecify.annotations.NullMarked;
