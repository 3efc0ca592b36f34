/** Tests of pfx-import-service against real Kafka and PostgreSQL. */
@NullMarked
package io.certferry.pfximport;

import org.jspecify.annotations.NullMarked;
