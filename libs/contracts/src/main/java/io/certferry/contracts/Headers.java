package io.certferry.contracts;

/**
 * Kafka header names: CloudEvents 1.0 in binary mode, its extensions, W3C trace context and the
 * dead-letter reasons.
 */
public final class Headers {

  public static final String SPEC_VERSION = "ce_specversion";
  public static final String ID = "ce_id";
  public static final String TYPE = "ce_type";
  public static final String SOURCE = "ce_source";
  public static final String TIME = "ce_time";
  public static final String TENANT = "ce_tenantid";
  public static final String CORRELATION_ID = "ce_correlationid";
  public static final String CAUSATION_ID = "ce_causationid";
  public static final String SEQUENCE = "ce_sequence";
  public static final String TRACEPARENT = "traceparent";
  public static final String CONTENT_TYPE = "content-type";

  /** Why a record was dead-lettered: a stable code, then a sentence without payload. */
  public static final String DLQ_REASON = "certferry-dlq-reason";

  public static final String DLQ_TOPIC = "certferry-dlq-topic";
  public static final String DLQ_PARTITION = "certferry-dlq-partition";
  public static final String DLQ_OFFSET = "certferry-dlq-offset";

  private Headers() {}
}
