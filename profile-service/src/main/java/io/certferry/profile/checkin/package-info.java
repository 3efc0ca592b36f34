/**
 * Check-ins, the hot path: by REST evaluated in the call, from Kafka in batches. One that needs
 * nothing costs one indexed read and no write; one that needs something ends in enrolments, signed
 * grants and commands, written in one transaction.
 */
@NullMarked
package io.certferry.profile.checkin;

import org.jspecify.annotations.NullMarked;
