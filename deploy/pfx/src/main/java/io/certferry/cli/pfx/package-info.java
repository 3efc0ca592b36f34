/**
 * {@code certferry pfx}: takes PFX files from a folder, opens each with its password to see that it
 * is whole, seals file and password to the import key of the service, bound to tenant, user,
 * thumbprint and purpose, and sends only that.
 */
@NullMarked
package io.certferry.cli.pfx;

import org.jspecify.annotations.NullMarked;
