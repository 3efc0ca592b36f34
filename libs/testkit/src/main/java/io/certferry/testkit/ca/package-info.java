/**
 * The lying CA: issues and drops the answer, answers twice, late or for another request, pends for
 * days, issues something else. It keeps its own ledger, so that a test compares ours with what
 * really happened.
 */
@NullMarked
package io.certferry.testkit.ca;

import org.jspecify.annotations.NullMarked;
