package io.certferry.pki;

/**
 * The one fault of this library. The message never carries a secret, nor more than a few characters
 * of foreign input. A refusal that callers decide on (a bad chain, a mismatch) is a value instead.
 */
public class PkiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why an operation was refused. */
  public enum Reason {
    /** The input is not the structure it should be. */
    MALFORMED,
    /** The input is over a size, depth or work limit; nothing was derived or decrypted. */
    LIMIT,
    /** An algorithm, curve, key size or parameter is outside the policy. */
    ALGORITHM,
    /** A signature, MAC, tag or decryption failed: wrong key, wrong binding or tampering. */
    INTEGRITY,
    /** The platform's cryptography failed; the same call may work elsewhere. */
    PROVIDER
  }

  private final Reason reason;

  public PkiException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public PkiException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public final Reason reason() {
    return reason;
  }
}
