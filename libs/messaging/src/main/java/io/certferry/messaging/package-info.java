/**
 * How events leave and enter a service: CloudEvents in binary mode, a transactional outbox and its
 * relay, an inbox, batch intake with dead letters, and the audit trail. PostgreSQL is the record;
 * Kafka is a wire that may lose everything.
 */
@NullMarked
package io.certferry.messaging;

import org.jspecify.annotations.NullMarked;
