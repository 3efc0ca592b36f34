/** Tests of revocation-service against real Kafka, PostgreSQL and HTTP. */
@NullMarked
package io.certferry.revocation;

import org.jspecify.annotations.NullMarked;
