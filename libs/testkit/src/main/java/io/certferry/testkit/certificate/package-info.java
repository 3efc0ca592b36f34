/**
 * Certificates made byte by byte for tests and the local stack, good ones and those that no honest
 * library would make; independent of {@code io.certferry.pki}, which they are used to check.
 */
@NullMarked
package io.certferry.testkit.certificate;

import org.jspecify.annotations.NullMarked;
