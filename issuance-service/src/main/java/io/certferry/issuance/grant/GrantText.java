package io.certferry.issuance.grant;

import io.certferry.contracts.ContractJson;
import io.certferry.contracts.grant.Grant;
import java.util.Base64;

/** What a grant that was verified before, and stored, says; for comparisons only. */
public final class GrantText {

  private GrantText() {}

  /**
   * @throws IllegalArgumentException if it is no compact JWS of a grant
   */
  public static Grant read(String compactJws) {
    String[] parts = compactJws.split("\\.", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("not a compact JWS");
    }
    return ContractJson.read(Base64.getUrlDecoder().decode(parts[1]), Grant.class);
  }
}
