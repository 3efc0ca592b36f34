package io.certferry.revocation.policy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What is done with a certificate; each is stronger than the one before. */
public enum Action {
  /** Nothing: it lives on. */
  KEEP,
  /** It is removed from the device, and stays valid. */
  REMOVE,
  /** The CA revokes it. */
  REVOKE;

  /** The name in messages and APIs. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Action> of(String code) {
    return Arrays.stream(values()).filter(action -> action.code().equals(code)).findFirst();
  }
}
