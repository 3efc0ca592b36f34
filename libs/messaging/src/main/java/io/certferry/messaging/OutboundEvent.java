package io.certferry.messaging;

/**
 * An event to publish once the transaction that appends it has committed.
 *
 * @param tenant goes into {@code ce_tenantid}
 * @param topic a name from {@link io.certferry.contracts.Topics}
 * @param key the aggregate whose order matters, {@code tenant/id}; for CA topics the request id
 * @param payload a message record that {@link io.certferry.contracts.EventTypes} knows
 * @param cause see {@link Cause#fresh()} and {@link Cause#of(InboundEvent)}
 */
public record OutboundEvent(String tenant, String topic, String key, Object payload, Cause cause) {}
