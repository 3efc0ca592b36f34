/**
 * Turns a profile's subject and alternative names into those of one device. Variables are a closed
 * list; a value is always one attribute or one alternative name, whatever characters it holds.
 */
@NullMarked
package io.certferry.profile.naming;

import org.jspecify.annotations.NullMarked;
