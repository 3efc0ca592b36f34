/** Connectors that enrol at a real registrar. */
@NullMarked
package io.certferry.gateway.identity;

import org.jspecify.annotations.NullMarked;
