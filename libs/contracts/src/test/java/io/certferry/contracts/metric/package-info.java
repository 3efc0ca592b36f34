/** Metrics, the page about them, and the dashboards and rules made of them say the same. */
@NullMarked
package io.certferry.contracts.metric;

import org.jspecify.annotations.NullMarked;
