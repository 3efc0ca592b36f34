package io.certferry.profile.checkin;

import io.certferry.messaging.RetryLaterException;

/**
 * A device's row changed between the evaluation and its transaction; the evaluation has to begin
 * again.
 */
final class StaleDeviceException extends RetryLaterException {

  private static final long serialVersionUID = 1L;

  StaleDeviceException() {
    super("a device changed while its check-in was evaluated");
  }
}
