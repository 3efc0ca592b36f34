package io.certferry.pki.pkcs12;

import java.util.Locale;

/** Why a foreign PKCS#12 file is not accepted. */
public enum Pkcs12Refusal {
  /** Not a PFX (RFC 7292), or one that is protected by public keys or by nothing. */
  NOT_A_PFX,
  /** Over the size, depth or count limits; nothing was derived. */
  TOO_LARGE,
  /** Its derivations ask for more iterations than the policy allows; they were not run. */
  TOO_MUCH_WORK,
  /** It has no MAC, so nothing says that it is whole. */
  NO_MAC,
  /** It is protected with an algorithm that is not accepted. */
  ALGORITHM,
  /** The password does not open it, or it was damaged: a MAC cannot tell which. */
  WRONG_PASSWORD,
  /** The password has characters that are not in ISO 8859-1. */
  PASSWORD_NOT_REPRESENTABLE,
  NO_PRIVATE_KEY,
  SEVERAL_PRIVATE_KEYS,
  /** No certificate belongs to the key, or only a CA's. */
  NO_END_ENTITY_CERTIFICATE,
  /** The key's algorithm or size is not accepted, or its numbers do not belong together. */
  KEY_NOT_ACCEPTED;

  /** The stable code: lower case with dashes. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
