/**
 * Watches the organisation's directory over LDAP for users who were disabled, deleted or renamed.
 */
@NullMarked
package io.certferry.revocation.directory;

import org.jspecify.annotations.NullMarked;
