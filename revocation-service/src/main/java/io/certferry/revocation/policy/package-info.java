/**
 * The one table that says what each trigger does: trigger by platform by kind of profile, with the
 * overrides that a profile may bring. Pure: no database, no clock.
 */
@NullMarked
package io.certferry.revocation.policy;

import org.jspecify.annotations.NullMarked;
