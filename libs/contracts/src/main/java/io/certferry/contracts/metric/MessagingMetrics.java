package io.certferry.contracts.metric;

/** What every service shows of its messages and its audit trail. */
public final class MessagingMetrics {

  public static final Metric OUTBOX_LAG =
      Metric.timer("certferry.outbox.lag", "From append to the broker's acknowledgement");

  public static final Metric OUTBOX_PUBLISHED =
      Metric.counter("certferry.outbox.published", "Records that the broker took");

  public static final Metric OUTBOX_PARKINGS =
      Metric.counter(
          "certferry.outbox.parkings", "Records set aside because they can never be sent");

  public static final Metric OUTBOX_OLDEST =
      Metric.age("certferry.outbox.oldest.age.seconds", "Age of the oldest record not yet sent");

  public static final Metric OUTBOX_ROWS =
      Metric.gauge("certferry.outbox.rows", "Records not yet sent");

  public static final Metric OUTBOX_PARKED =
      Metric.gauge("certferry.outbox.parked.rows", "Records set aside, for an operator to look at");

  public static final Metric INBOX_DUPLICATES =
      Metric.counter("certferry.inbox.duplicates", "Events that came again and were ignored");

  public static final Metric INTAKE_RETRIES =
      Metric.counter(
          "certferry.intake.retries",
          "Batches tried again because the database could not take them");

  public static final Metric DEAD_LETTERED =
      Metric.counter(
          "certferry.dead.letters",
          "Records that a consumer gave up, by topic and reason",
          "topic",
          "reason");

  public static final Metric DEAD_LETTERS_KEPT =
      Metric.gauge(
          "certferry.dead.letters.kept",
          "Records in the dead-letter topics of this service, by the topic they came from",
          "topic");

  public static final Metric AUDIT_HEAD_AGE =
      Metric.age("certferry.audit.head.age.seconds", "Since the audit chain was last extended");

  public static final Metric AUDIT_UNSEALED_AGE =
      Metric.age(
          "certferry.audit.unsealed.oldest.seconds",
          "Age of the oldest audit entry that is not in the chain yet");

  public static final Metric AUDIT_BROKEN =
      Metric.gauge(
          "certferry.audit.broken", "1 while the audit chain is not what was sealed; must be 0");

  private MessagingMetrics() {}
}
