/**
 * Reads JSON bodies member by member and collects everything that is wrong with them, so that one
 * answer names all errors.
 */
@NullMarked
package io.certferry.profile.input;

import org.jspecify.annotations.NullMarked;
