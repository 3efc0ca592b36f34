/**
 * Deliveries: a command of profile-service becomes a row, a worker opens the import, packages it
 * for the one device and hands the sealed bytes over to issuance-service. Work is claimed as rows,
 * in turns between users, so that one bad or busy one delays nobody.
 */
@NullMarked
package io.certferry.pfximport.delivery;

import org.jspecify.annotations.NullMarked;
