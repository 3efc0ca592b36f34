package io.certferry.pki.name;

import java.util.Optional;

/**
 * One subject alternative name (RFC 5280 section 4.2.1.6). Equality is exact; an IP address is
 * compared in its canonical text.
 *
 * @param type its kind
 * @param value the text; for {@link Type#OTHER} the hexadecimal DER of the whole GeneralName
 */
public record SubjectAltName(Type type, String value) {
  /** Kinds of name. */
  public enum Type {
    /** User principal name: otherName 1.3.6.1.4.1.311.20.2.3 with a UTF8String. */
    UPN,
    /** rfc822Name. */
    EMAIL,
    /** dNSName. */
    DNS,
    /** uniformResourceIdentifier. */
    URI,
    /** iPAddress, version 4 or 6. */
    IP,
    /** Anything else; only ever read, never written. */
    OTHER
  }

  public SubjectAltName {
    if (type == Type.IP) {
      value = IpText.canonical(value);
    }
  }

  /** Why this name cannot be put into a request, as the end of a sentence; empty when it can. */
  public Optional<String> refusal() {
    return SubjectAltNameRules.refusal(type, value);
  }
}
