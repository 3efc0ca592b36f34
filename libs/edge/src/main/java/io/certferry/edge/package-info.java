/**
 * The REST edge that all services share: RFC 9457 problems with every field error at once, the
 * tenant from the token, cursor paging, correlation ids and idempotency keys. {@code
 * ProblemMappers} is the one place that turns exceptions into answers.
 */
@NullMarked
package io.certferry.edge;

import org.jspecify.annotations.NullMarked;
