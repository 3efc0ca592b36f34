package io.certferry.revocation.order;

import java.util.Map;

/** What the codes of refused revocations mean for their future. */
final class Refusals {

  /** The answer to a code. */
  enum Meaning {
    /** It is revoked: what was wanted. */
    REVOKED,
    /**
     * This CA has no way to revoke, or nobody allowed it: tried again slowly, and shown with its
     * age.
     */
    CANNOT,
    /** The command itself grew old: sent again at once, signed anew. */
    SEND_AGAIN,
    /** Not now: tried again. */
    LATER,
    /** Never by itself. */
    NEVER
  }

  private static final Map<String, Meaning> MEANINGS =
      Map.ofEntries(
          Map.entry("already-revoked", Meaning.REVOKED),
          Map.entry("cannot-revoke", Meaning.CANNOT),
          Map.entry("not-supported", Meaning.CANNOT),
          Map.entry("revocation-not-supported", Meaning.CANNOT),
          Map.entry("not-permitted", Meaning.CANNOT),
          Map.entry("command-expired", Meaning.SEND_AGAIN),
          Map.entry("unavailable", Meaning.LATER),
          Map.entry("busy", Meaning.LATER),
          Map.entry("unknown-serial", Meaning.NEVER),
          Map.entry("unknown-issuer", Meaning.NEVER),
          Map.entry("reason-refused", Meaning.NEVER),
          Map.entry("policy-refused", Meaning.NEVER),
          Map.entry("command-invalid", Meaning.NEVER));

  private Refusals() {}

  /** A code that nobody told us of is a failure to look at. */
  static Meaning of(String code) {
    return MEANINGS.getOrDefault(code, Meaning.NEVER);
  }
}
