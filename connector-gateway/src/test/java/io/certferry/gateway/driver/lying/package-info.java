/** The lying CA behind the driver port. */
@NullMarked
package io.certferry.gateway.driver.lying;

import org.jspecify.annotations.NullMarked;
