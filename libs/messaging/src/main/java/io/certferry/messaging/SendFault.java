package io.certferry.messaging;

import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;

/** Whose fault it is that a record was not sent, which decides who waits. */
enum SendFault {
  /** This record will never be taken: its key waits, then the record is set aside. */
  RECORD,
  /** Its topic is not there or not allowed: the topic waits for as long as it takes. */
  TOPIC,
  /** The broker is away: everything waits. */
  BROKER,
  /**
   * The producer is of no use any more (fenced, unknown, out of order, refused): a new one is made.
   */
  PRODUCER;

  static SendFault of(Throwable error) {
    if (error instanceof RecordTooLargeException
        || error instanceof RecordBatchTooLargeException
        || error instanceof InvalidTopicException
        || error instanceof InvalidRecordException
        || error instanceof SerializationException
        || error instanceof UnsupportedForMessageFormatException) {
      return RECORD;
    }
    if (error instanceof UnknownTopicOrPartitionException
        || error instanceof TopicAuthorizationException
        || isMissingMetadata(error)) {
      return TOPIC;
    }
    return error instanceof RetriableException && !(error instanceof AuthorizationException)
        ? BROKER
        : PRODUCER;
  }

  /**
   * The client has no type for "the topic is not in the metadata", only a timeout with this text.
   */
  private static boolean isMissingMetadata(Throwable error) {
    return error instanceof TimeoutException
        && String.valueOf(error.getMessage()).contains("not present in metadata");
  }
}
