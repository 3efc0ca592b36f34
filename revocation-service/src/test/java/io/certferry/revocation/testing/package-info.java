/** What the tests of several features share: a CA that publishes lists, and the wire. */
@NullMarked
package io.certferry.revocation.testing;

import org.jspecify.annotations.NullMarked;
