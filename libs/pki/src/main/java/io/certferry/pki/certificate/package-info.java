/**
 * Certificate requests and certificates: building, reading, path validation, and the comparison of
 * what a CA issued with what was asked for.
 */
@NullMarked
package io.certferry.pki.certificate;

import org.jspecify.annotations.NullMarked;
