/**
 * Requests: one row per natural key, from the command that asks for a certificate to the answer of
 * the CA. Consumers insert and move rows; the stages claim them under leases that only the
 * database's clock judges.
 */
@NullMarked
package io.certferry.issuance.request;

import org.jspecify.annotations.NullMarked;
