package io.certferry.local;

/** The stack cannot do what was asked; the message is for the person at the terminal. */
public final class StackException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** A refusal in one line. */
  public StackException(String message) {
    super(message);
  }

  /** A fault with its cause. */
  public StackException(String message, Throwable cause) {
    super(message, cause);
  }
}
