/**
 * Servers that speak the protocols of foreign CAs on loopback, on top of {@code LyingCa}, for tests
 * of drivers and for the local stack. Each can also lie on the wire: drop the answer, hold it back,
 * send one that never ends, is far too large, or is no answer at all.
 */
@NullMarked
package io.certferry.testkit.peer;

import org.jspecify.annotations.NullMarked;
