/** The certferry command line. */
@NullMarked
package io.certferry.cli;

import org.jspecify.annotations.NullMarked;
