/** What the tests of several features share: the wire and the calls of a client. */
@NullMarked
package io.certferry.profile;

import org.jspecify.annotations.NullMarked;
