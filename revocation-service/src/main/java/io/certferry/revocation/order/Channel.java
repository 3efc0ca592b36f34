package io.certferry.revocation.order;

import java.util.Locale;

/** Who carries a revocation to its CA. */
public enum Channel {
  /** A connector, by a signed command. */
  CONNECTOR,
  /** The CA's own integration, which asks the partner API. */
  PARTNER;

  /** The name in the database. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
