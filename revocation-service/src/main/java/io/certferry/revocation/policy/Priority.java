package io.certferry.revocation.policy;

import java.util.Locale;

/** Which revocations go first; the order of the constants is the order at the CA. */
public enum Priority {
  COMPROMISE,
  LIFECYCLE,
  SUPERSEDED;

  /** The name in messages and APIs. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The number in the database: the lower goes first. */
  public short number() {
    return (short) ordinal();
  }

  public static Priority ofNumber(int number) {
    return values()[number];
  }
}
