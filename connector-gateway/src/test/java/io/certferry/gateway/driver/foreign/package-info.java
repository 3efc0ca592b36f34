/** The drivers of foreign CAs against servers that speak their protocols, honest and lying. */
@NullMarked
package io.certferry.gateway.driver.foreign;

import org.jspecify.annotations.NullMarked;
