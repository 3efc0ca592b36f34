package io.certferry.contracts.grant;

/**
 * A grant or command authorisation is not signed as it must be; the message says how and carries no
 * payload.
 */
public final class UntrustedSignatureException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UntrustedSignatureException(String message) {
    super(message);
  }
}
