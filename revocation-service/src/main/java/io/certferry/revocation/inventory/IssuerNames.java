package io.certferry.revocation.inventory;

import java.util.Locale;
import javax.security.auth.x500.X500Principal;

/** Issuer names in a form that two spellings of one name share. */
public final class IssuerNames {

  private IssuerNames() {}

  /**
   * The comparable form: RFC 4514 text as {@link X500Principal} makes it canonical (case and spaces
   * do not count); a text that is no name is compared as it is.
   */
  public static String key(String issuer) {
    try {
      return new X500Principal(issuer).getName(X500Principal.CANONICAL);
    } catch (IllegalArgumentException e) {
      return issuer.strip().toLowerCase(Locale.ROOT);
    }
  }
}
