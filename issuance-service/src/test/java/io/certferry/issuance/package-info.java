/**
 * Tests of the whole service, with real Kafka and PostgreSQL, a tiny CA and devices that open what
 * they get.
 */
@NullMarked
package io.certferry.issuance;

import org.jspecify.annotations.NullMarked;
