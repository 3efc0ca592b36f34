package io.certferry.messaging;

/** A record that is no event of the contract; it goes to the dead letters. */
final class UnreadableRecordException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String reason;

  /**
   * @param reason stable code
   * @param detail a sentence without payload
   */
  UnreadableRecordException(String reason, String detail) {
    super(detail, null, false, false);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
