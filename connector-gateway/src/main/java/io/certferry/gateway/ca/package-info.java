/** Which CAs this connector reaches, through which driver and with which limits. */
@NullMarked
package io.certferry.gateway.ca;

import org.jspecify.annotations.NullMarked;
