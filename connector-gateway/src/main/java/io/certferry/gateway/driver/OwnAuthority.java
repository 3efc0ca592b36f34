package io.certferry.gateway.driver;

/** A CA that lives in this connector and publishes through it. Blocking. */
public interface OwnAuthority {

  /** The two tiers. */
  enum Tier {
    ROOT,
    ISSUING
  }

  /** DER. */
  byte[] certificate(Tier tier);

  /** DER of the newest CRL that this tier signed. */
  byte[] crl(Tier tier);

  /**
   * A signed OCSP response (RFC 6960) of the issuing CA, or of the root for the issuing CA's own
   * certificate.
   */
  byte[] ocsp(byte[] request);
}
