/**
 * Distinguished names, subject alternative names and the templates they are rendered from. Values
 * are never spliced into a string that is parsed again, so a value cannot become structure.
 */
@NullMarked
package io.certferry.pki.name;

import org.jspecify.annotations.NullMarked;
