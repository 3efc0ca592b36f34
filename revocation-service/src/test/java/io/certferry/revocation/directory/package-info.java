/** Tests of the directory feed, against an LDAP server. */
@NullMarked
package io.certferry.revocation.directory;

import org.jspecify.annotations.NullMarked;
