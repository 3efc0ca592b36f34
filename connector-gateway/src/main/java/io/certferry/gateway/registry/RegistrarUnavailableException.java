package io.certferry.gateway.registry;

/** The registrar does not answer now. */
public final class RegistrarUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public RegistrarUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
