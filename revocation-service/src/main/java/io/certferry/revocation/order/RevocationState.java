package io.certferry.revocation.order;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How far a revocation has come. */
public enum RevocationState {
  /** The intent is recorded; the barrier and the command are on their way. */
  ORDERED,
  /** Nothing is delivered any more; the certificate is still awaited. */
  BARRED,
  /** The CA is being asked. */
  SUBMITTED,
  /** The CA took it; its list does not show it yet. */
  ACCEPTED,
  /** The CA's own list shows it: done. */
  LISTED,
  /** Something outside must change first; it is tried again by itself. */
  WAITING,
  /** It will not happen by itself; a person must look. */
  FAILED,
  /** There was nothing to revoke. */
  CLOSED;

  /** The name in messages, the database and APIs. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static RevocationState ofCode(String code) {
    return valueOf(code.toUpperCase(Locale.ROOT));
  }

  public static Optional<RevocationState> find(String code) {
    return Arrays.stream(values()).filter(state -> state.code().equals(code)).findFirst();
  }
}
