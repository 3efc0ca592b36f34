package io.certferry.pki.pkcs12;

/** Leaves the reader's depths; becomes {@link Pkcs12Opening.Refused} at its door. */
final class RefusedFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Pkcs12Opening.Refused refusal;

  RefusedFileException(Pkcs12Refusal reason, String message) {
    super(message, null, false, false);
    this.refusal = new Pkcs12Opening.Refused(reason, message);
  }

  Pkcs12Opening.Refused refusal() {
    return refusal;
  }
}
