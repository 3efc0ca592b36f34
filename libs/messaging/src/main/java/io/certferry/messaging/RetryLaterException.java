package io.certferry.messaging;

/**
 * A handler throws this when the record is fine and the time is not, such as while something it
 * must know has not arrived: the batch is tried again, with back-off, for as long as it takes.
 * Never for waits that a row with {@code next_attempt_at} can do.
 */
public class RetryLaterException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public RetryLaterException(String message) {
    super(message);
  }
}
