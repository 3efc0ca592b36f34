package io.certferry.revocation.evidence;

import java.util.Locale;

/** Why something that was fetched, or was to be, proves nothing. */
public enum EvidenceProblem {
  /**
   * The address is not of a form that is fetched: only http and https with a host, no user name.
   */
  ADDRESS_MALFORMED,
  /** The host does not resolve. */
  HOST_UNKNOWN,
  /** The host lies at an address that is not allowed (private, loopback, link-local …). */
  ADDRESS_NOT_ALLOWED,
  /** The server sent us elsewhere; nobody is followed. */
  REDIRECTED,
  /** The server answered with another status than 200. */
  HTTP_STATUS,
  /** It took too long. */
  TIMEOUT,
  /** No connection, or it broke. */
  UNREACHABLE,
  /** More bytes than allowed. */
  TOO_LARGE,
  /** Not a CRL or OCSP answer. */
  UNREADABLE,
  /** A CRL that shows only a part: delta, indirect or partitioned. */
  PARTIAL,
  /** The configured CA certificates cannot be read. */
  ISSUER_UNREADABLE,
  /** None of the configured CA certificates signed it. */
  NOT_SIGNED,
  /** Older than it may be. */
  STALE,
  /** Made in the future. */
  FROM_THE_FUTURE,
  /** Its number is lower than that of a list seen before. */
  ROLLED_BACK,
  /** The responder had no answer. */
  NO_ANSWER;

  /** The code in views and metrics. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
