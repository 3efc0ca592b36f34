/** Tests of the parts that need neither Kafka nor PostgreSQL. */
@NullMarked
package io.certferry.issuance.delivery;

import org.jspecify.annotations.NullMarked;
