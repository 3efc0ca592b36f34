/** Which CAs a connector opens, and which it refuses. */
@NullMarked
package io.certferry.gateway.ca;

import org.jspecify.annotations.NullMarked;
