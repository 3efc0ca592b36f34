package io.certferry.local;

/** Hears what a starting stack does. */
@FunctionalInterface
public interface Progress {

  /** One line, without a newline. */
  void tell(String line);

  /** Hears nothing. */
  static Progress silent() {
    return line -> {};
  }
}
