/**
 * Mass revocation with a plan: a query, its count and a sample, a confirmation, then paced
 * execution that can be paused or aborted, and a report of every serial.
 */
@NullMarked
package io.certferry.revocation.plan;

import org.jspecify.annotations.NullMarked;
