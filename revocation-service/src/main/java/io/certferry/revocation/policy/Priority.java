package io.certferry.revocation.policy;

import java.util.Arrays;
import java.util.Locale;

/** Which revocations go first; the order of the constants is the order at the CA. */
public enum Priority {
  COMPROMISE((short) 0),
  LIFECYCLE((short) 1),
  SUPERSEDED((short) 2);

  private final short number;

  Priority(short number) {
    this.number = number;
  }

  /** The name in messages and APIs. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The number in the database: the lower goes first. */
  public short number() {
    return number;
  }

  public static Priority ofNumber(int number) {
    return Arrays.stream(values())
        .filter(priority -> priority.number == number)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no queue " + number));
  }
}
