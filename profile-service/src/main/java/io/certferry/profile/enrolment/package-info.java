/**
 * Enrolments: one row per natural key, the signed grant in it, and its way as issuance-service
 * reports it. A command without progress is sent again from here, so that a lost wire loses
 * nothing.
 */
@NullMarked
package io.certferry.profile.enrolment;

import org.jspecify.annotations.NullMarked;
