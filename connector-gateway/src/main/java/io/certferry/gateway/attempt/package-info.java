/**
 * The attempts ledger and the workers that write it: intent before the call, evidence after it, and
 * never a blind resubmission. What the CA answered is turned into the next state by pure functions
 * ({@code Verdicts}, {@code Reconciliation}); the rest moves rows.
 */
@NullMarked
package io.certferry.gateway.attempt;

import org.jspecify.annotations.NullMarked;
