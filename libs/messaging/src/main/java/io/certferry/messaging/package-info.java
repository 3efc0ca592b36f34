/**
 * How events leave and enter a service: CloudEvents in binary mode, a transactional outbox and its
 * relay, an inbox, batch intake with dead letters, and the audit trail. PostgreSQL is the record;
 * Kafka is a wire that may lose everything.
 *
 * <p>A consumer is a method that hands its batch to {@link io.certferry.messaging.BatchIntake}:
 *
 * <pre>{@code
 * @Incoming("requests")
 * Uni<Void> take(ConsumerRecords<String, byte[]> batch) {
 *   return intake.handle("issuance-service", batch, this::accept, IntakeMode.INBOX);
 * }
 * }</pre>
 *
 * <p>With {@code batch=true} the SmallRye connector passes what one poll gave, as {@code
 * ConsumerRecords} if the parameter is one (a converter sees to it), else as {@code List<byte[]>},
 * {@code KafkaRecordBatch} or a {@code Message} of a list; topic, headers and offsets are in the
 * first. The method is called again only when its {@code Uni} has completed, and the whole batch is
 * acknowledged then; {@code BatchIntake} completes it after the commit and never fails it, so the
 * channel's {@code dead-letter-queue} strategy, explicit though it is, has nothing to do. The
 * channel needs {@code batch=true}, a {@code StringDeserializer} for keys (the default) and a
 * {@code ByteArrayDeserializer} for values; {@code META-INF/microprofile-config.properties} sets
 * the rest for all channels: start at earliest, no automatic commit, and no limit to how long a
 * batch may wait, since a channel that gives up while the database is away would not come back.
 */
@NullMarked
package io.certferry.messaging;

import org.jspecify.annotations.NullMarked;
