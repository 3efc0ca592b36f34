package io.certferry.issuance.packaging;

/** The chain that came with a certificate is not its CA's. */
final class UntrustedChainException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UntrustedChainException(String message) {
    super(message, null, false, false);
  }
}
