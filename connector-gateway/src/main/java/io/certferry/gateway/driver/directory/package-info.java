/**
 * Active Directory beside an AD CS CA: whether the CA is an Enterprise CA, what it publishes, and
 * which account a name in a request belongs to. Read only.
 */
@NullMarked
package io.certferry.gateway.driver.directory;

import org.jspecify.annotations.NullMarked;
