package io.certferry.messaging;

/** What makes a consumer idempotent. */
public enum IntakeMode {
  /**
   * Each {@code ce_id} takes effect once: ids go into the inbox in the transaction of the effect.
   */
  INBOX,
  /**
   * The handler's own unique keys do; it sees every event at each delivery, and the inbox costs
   * nothing.
   */
  NATURAL_KEY
}
