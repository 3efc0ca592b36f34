package io.certferry.gateway.driver.winrm;

import io.certferry.gateway.driver.wire.Fault;

/** The session came to nothing. */
final class BrokenSessionException extends Exception {

  private static final long serialVersionUID = 1L;

  private final Fault fault;

  BrokenSessionException(Fault fault) {
    super(fault.sentence());
    this.fault = fault;
  }

  Fault fault() {
    return fault;
  }
}
