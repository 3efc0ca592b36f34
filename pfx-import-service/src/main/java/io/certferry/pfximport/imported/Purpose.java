package io.certferry.pfximport.imported;

import java.util.Arrays;
import java.util.Optional;

/** What an imported certificate is for; the names and numbers are Microsoft Graph's. */
public enum Purpose {
  UNASSIGNED("unassigned", 0),
  SMIME_ENCRYPTION("smimeEncryption", 1),
  SMIME_SIGNING("smimeSigning", 2),
  VPN("vpn", 4),
  WIFI("wifi", 8);

  private final String id;
  private final int number;

  Purpose(String id, int number) {
    this.id = id;
    this.number = number;
  }

  /** As JSON, rows and events write it. */
  public String id() {
    return id;
  }

  /** By name in any case, or by number. */
  public static Optional<Purpose> parse(String text) {
    return Arrays.stream(values())
        .filter(each -> each.id.equalsIgnoreCase(text) || text.equals("" + each.number))
        .findFirst();
  }
}
