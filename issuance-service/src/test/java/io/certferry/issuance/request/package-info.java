/** Tests of the parts that need neither Kafka nor PostgreSQL. */
@NullMarked
package io.certferry.issuance.request;

import org.jspecify.annotations.NullMarked;
