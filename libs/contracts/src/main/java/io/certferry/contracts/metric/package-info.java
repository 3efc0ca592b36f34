/**
 * Every metric that a service shows: its name, unit, labels and what it means. Dashboards and rules
 * are written against these names, so they are part of the contract; {@code docs/METRICS.md} is
 * made from them.
 */
@NullMarked
package io.certferry.contracts.metric;

import org.jspecify.annotations.NullMarked;
