/** Tests against a real PostgreSQL and a real Kafka. */
@NullMarked
package io.certferry.messaging;

import org.jspecify.annotations.NullMarked;
