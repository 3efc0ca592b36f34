package io.certferry.gateway.driver;

/** The CA cannot be asked now; the code is stable and carries no secret. */
public final class CaUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String code;

  public CaUnavailableException(String code, String message) {
    super(message);
    this.code = code;
  }

  public String code() {
    return code;
  }
}
